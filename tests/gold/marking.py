"""From the mark-up to texts with spans. What is amiss is told with its line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from schemas import EntityKind, FoundBy, QuoteType

HERE = Path(__file__).parent
OPENING = re.compile(r"\{((?:\d+[sqc])+):")
RECORD = re.compile(r"(\d+) \| ")
NO_NAME = frozenset({"unnamed", "nobody"})
Range = tuple[int, int]


class GoldError(ValueError):
    """The mark-up of a text can't be read."""


@dataclass(frozen=True)
class GoldAttribution:
    """What is to be found: bounds in the text, and who is meant."""

    number: int
    source: tuple[Range, ...]
    cue: tuple[Range, ...]
    content: tuple[Range, ...]
    quote_type: QuoteType
    claimant: str | None
    """The name as resolved; none for an unnamed source and for none at all."""
    found_by: FoundBy = FoundBy.NAME
    stance: str = ""
    nested_in: int | None = None


@dataclass(frozen=True)
class Gold:
    """A text with everything that is attributed in it, and the names that stand in it."""

    id: str
    construction: str
    text: str
    attributions: tuple[GoldAttribution, ...]
    names: dict[str, EntityKind]


@dataclass
class _Block:
    """The lines of one text, as they stand in the file."""

    construction: str
    line: int
    text: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)


def read_sentences() -> list[Gold]:
    """Single sentences and the like, each showing one construction."""
    return _read("sentences.txt")


def read_articles() -> list[Gold]:
    """Short articles of several kinds of copy."""
    return [*_read("articles-1.txt"), *_read("articles-2.txt")]


def parse(marked: str, name: str = "gold") -> list[Gold]:
    """The texts of a file; GoldError with file and line where one can't be read."""
    counts: dict[str, int] = {}
    found = []
    for block in _cut(marked):
        counts[block.construction] = counts.get(block.construction, 0) + 1
        try:
            found.append(_read_block(block, counts[block.construction]))
        except ValueError as error:
            raise GoldError(f"{name}, line {block.line} ({block.construction}): {error}") from error
    return found


def _read(name: str) -> list[Gold]:
    return parse((HERE / name).read_text(encoding="utf-8"), name)


def _cut(marked: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(marked.splitlines(), 1):
        if line.startswith("## "):
            if block is not None:
                yield block
            block = _Block(line.removeprefix("## ").strip(), number)
        elif block is not None and RECORD.match(line):
            block.records.append(line)
        elif block is not None and line.startswith("@ "):
            block.names.append(line.removeprefix("@ "))
        elif block is not None:
            block.text.append(line)
    if block is not None:
        yield block


def _read_block(block: _Block, number: int) -> Gold:
    text, marks = _unmark("\n".join(block.text).strip())
    records = dict(_read_record(line) for line in block.records)
    marked = {which for which, _ in marks}
    if missing := marked ^ set(records):
        raise ValueError(f"either marks or a record are missing for {sorted(missing)}")
    attributions = tuple(_join(which, marks, records[which]) for which in sorted(records))
    names = dict(_read_names(block.names))
    for one in attributions:
        if one.claimant is not None:
            names.setdefault(one.claimant, EntityKind.PERSON)
    return Gold(f"{block.construction} {number}", block.construction, text, attributions, names)


def _unmark(marked: str) -> tuple[str, dict[tuple[int, str], list[Range]]]:
    """The plain text, and the bounds of each role of each attribution."""
    plain, opened, at = "", [], 0
    marks: dict[tuple[int, str], list[Range]] = {}
    while at < len(marked):
        if (opening := OPENING.match(marked, at)) is not None:
            opened.append((opening[1], len(plain)))
            at = opening.end()
        elif marked[at] == "}":
            if not opened:
                raise ValueError("a brace is closed that was not opened")
            roles, start = opened.pop()
            for number, role in re.findall(r"(\d+)([sqc])", roles):
                marks.setdefault((int(number), role), []).append((start, len(plain)))
            at += 1
        else:
            plain, at = plain + marked[at], at + 1
    if opened:
        raise ValueError(f"the brace of {opened[-1][0]} is not closed")
    return plain, marks


def _read_record(line: str) -> tuple[int, list[str]]:
    number, *cells = (cell.strip() for cell in line.split("|"))
    return int(number), cells


def _join(number: int, marks: dict[tuple[int, str], list[Range]], cells: list[str]) -> GoldAttribution:
    source, cue, content = (tuple(marks.get((number, role), ())) for role in "sqc")
    if not content:
        raise ValueError(f"{number} has no content")
    if len(cells) < 2:
        raise ValueError(f"{number} has no claimant")
    quote_type, claimant, *more = cells
    rest = [cell for cell in more if not cell.startswith("in ")]
    inside = next((int(cell.removeprefix("in ")) for cell in more if cell.startswith("in ")), None)
    return GoldAttribution(
        number,
        source,
        cue,
        content,
        QuoteType(quote_type),
        None if claimant in NO_NAME else claimant,
        FoundBy(rest[0]) if rest else FoundBy.UNNAMED if claimant in NO_NAME else FoundBy.NAME,
        rest[1] if len(rest) > 1 else "",
        inside,
    )


def _read_names(lines: list[str]) -> Iterator[tuple[str, EntityKind]]:
    for line in lines:
        kind, _, names = line.partition("|")
        for name in names.split(";"):
            yield name.strip(), EntityKind(kind.strip())
