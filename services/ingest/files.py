"""Files, folders and standard input as sources of articles.

| file | holds |
|---|---|
| `.jsonl`, `.ndjson` | one record (see `records`) a line, read line by line |
| `.json` | one record, an array of records, or lines as above |
| `.html`, `.htm`, `.xhtml` | one page, as bytes |
| `.warc` | the pages of an archive (see `archives`) |
| `.urls`, or text that is nothing but addresses | addresses to fetch, one a line (see `lists`) |
| any other | one text, as bytes; it may turn out to be a page |
| `.gz`, `.zst` behind one of these | the same, packed |
| a folder | the files in it and below, by name: those of the suffixes above, `.txt` and `.text` |
| `-` | standard input: records where it is JSON or JSON Lines, else one text, page or list |

Hidden files and `README*` in a folder are passed over. What cannot be read is reported in its place and
does not stop the rest.
"""

import codecs
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from schemas import ArticleSubmitted, MediaType
from services.ingest.archives import ARCHIVES, find_in_archive
from services.ingest.json_records import Replayed, Stream, find_in_document, find_in_lines, is_json
from services.ingest.lists import HEAD, LISTS, find_in_list, looks_like_list
from services.ingest.packed import Damaged, bare_name, open_file
from services.ingest.records import NO_DEFAULTS, Defaults, Found, read_submission

MAX_FILE_BYTES = 64_000_000
"""The largest file, or line of JSON Lines, that is taken into memory."""
STDIN = "-"

PAGES = (".html", ".htm", ".xhtml")
"""Suffixes of files that hold a page."""
_LINES = (".jsonl", ".ndjson")
_IN_FOLDERS = (*_LINES, *PAGES, *ARCHIVES, *LISTS, ".json", ".txt", ".text")
_SECOND_ADDRESS = "would be a second article with the same address; give each record its own `url`"


@dataclass(frozen=True)
class Read:
    """One submission from a source, or why there is none."""

    origin: str
    """Where it stands: `examples/a.jsonl:3` is line 3, `a.json[2]` the second object of an array."""
    submission: ArticleSubmitted | None = None
    """What may be published."""
    error: str | None = None
    """The field that is wrong, or the cause, and what to do about it."""


def read_paths(
    paths: Iterable[Path | str],
    defaults: Defaults = NO_DEFAULTS,
    max_bytes: int = MAX_FILE_BYTES,
    stdin: Stream | None = None,
) -> Iterator[Read]:
    """The submissions in files, folders and standard input (`-`), in their order.

    Never holds more than `max_bytes` of a file, or of a line of JSON Lines, at once. The address in
    `defaults` goes to one article only, since one address is one article.
    """
    reader = Reader(defaults)
    for found in find_records(paths, max_bytes, stdin):
        yield reader.read(found)


def find_records(
    paths: Iterable[Path | str], max_bytes: int = MAX_FILE_BYTES, stdin: Stream | None = None
) -> Iterator[Found]:
    """The records of files, folders and standard input, not yet judged by the schema."""
    for part in list_parts(paths, max_bytes, stdin):
        yield from part()


Part = Callable[[], Iterator[Found]]
"""What gives the records of one file."""


def list_files(paths: Iterable[Path | str]) -> list[Path]:
    """The files that the paths are or hold, in the order in which they are read."""
    return [
        file for path in paths for file in ([Path(STDIN)] if str(path) == STDIN else _list_files(Path(path)))
    ]


def list_parts(
    paths: Iterable[Path | str], max_bytes: int = MAX_FILE_BYTES, stdin: Stream | None = None
) -> list[Part]:
    """One part for each file that the paths are or hold, and for what cannot be read; none is opened yet."""
    return [
        partial(_find_in_stream, STDIN, stdin or sys.stdin.buffer, max_bytes)
        if str(file) == STDIN
        else partial(_find_in_path, file, max_bytes)
        for file in list_files(paths)
    ]


class Reader:
    """Makes submissions of records. The address in `defaults` goes to the first article that takes it."""

    def __init__(self, defaults: Defaults = NO_DEFAULTS) -> None:
        self._defaults = defaults
        self._taken = False

    def read(self, found: Found) -> Read:
        """The submission that a record makes, or why it makes none."""
        if found.fields is None:
            return Read(found.origin, error=found.error)
        try:
            submission = read_submission(found.fields, self._defaults)
        except ValueError as error:
            return Read(found.origin, error=str(error))
        if self._defaults.url and submission.url == self._defaults.url:
            if self._taken:
                return Read(found.origin, error=_SECOND_ADDRESS)
            self._taken = True
        return Read(found.origin, submission)


def _list_files(path: Path) -> list[Path]:
    """The files of a folder; the path itself where it is no folder, or one that gives nothing."""
    try:
        return [file for file in sorted(path.rglob("*")) if _belongs(file, path)] or [path]
    except OSError:
        return [path]


def _find_in_path(path: Path, max_bytes: int) -> Iterator[Found]:
    try:
        if path.is_dir():
            yield Found(str(path), error=f"the folder has no file of the kinds {' '.join(_IN_FOLDERS)}")
        else:
            yield from _find_in_file(path, max_bytes)
    except FileNotFoundError:
        yield Found(str(path), error="there is no such file or folder")
    except (OSError, EOFError, *Damaged) as error:
        yield Found(str(path), error=f"cannot be read: {getattr(error, 'strerror', None) or error}")


def _belongs(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    named = bare_name(path).suffix.lower() in _IN_FOLDERS and not path.name.upper().startswith("README")
    return named and not hidden and path.is_file()


def _find_in_file(path: Path, max_bytes: int) -> Iterator[Found]:
    origin, suffix = str(path), bare_name(path).suffix.lower()
    if suffix in ARCHIVES:
        # The packing of archives is undone page by page, by what reads them.
        with path.open("rb") as stream:
            yield from find_in_archive(origin, stream, max_bytes)
        return
    with open_file(path) as stream:
        if suffix in _LINES:
            yield from find_in_lines(origin, stream, max_bytes)
        elif suffix == ".json":
            yield from find_in_document(origin, stream, max_bytes)
        elif suffix in PAGES:
            yield _find_whole(origin, stream, max_bytes, MediaType.HTML)
        elif suffix in LISTS:
            yield from find_in_list(origin, stream)
        else:
            yield from _find_in_text(origin, stream, max_bytes)


def _find_in_text(origin: str, stream: Stream, max_bytes: int) -> Iterator[Found]:
    """One article, or what a list names."""
    head = stream.read(HEAD)
    again = Replayed(head, stream)
    if looks_like_list(head):
        yield from find_in_list(origin, again)
    else:
        yield _find_whole(origin, again, max_bytes, None)


def _find_in_stream(origin: str, stream: Stream, max_bytes: int) -> Iterator[Found]:
    """What comes without a name is known by how it begins; records are read as they come."""
    first = _read_first_line(stream, max_bytes)
    start = first.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    if start == b"{" and is_json(first):
        yield from find_in_lines(origin, Replayed(first, stream), max_bytes)
        return
    whole = first + stream.read(max_bytes + 1 - len(first)) if len(first) <= max_bytes else first
    again = Replayed(whole, stream)
    if start == b"{" or (start == b"[" and is_json(whole)):
        yield from find_in_document(origin, again, max_bytes)
    elif whole:
        yield from _find_in_text(origin, again, max_bytes)


def _read_first_line(stream: Stream, max_bytes: int) -> bytes:
    """The first line that is not blank, with the blank ones in front of it."""
    first = b""
    while not first.strip() and len(first) <= max_bytes:
        line = stream.readline(max_bytes + 1 - len(first))
        if not line:
            break
        first += line
    return first


def _find_whole(origin: str, stream: Stream, max_bytes: int, media_type: MediaType | None) -> Found:
    data = stream.read(max_bytes + 1)
    if len(data) > max_bytes:
        return Found(origin, error=f"has more than {max_bytes:,} bytes; one article should not")
    return Found(origin, {"raw": data, "media_type": media_type})
