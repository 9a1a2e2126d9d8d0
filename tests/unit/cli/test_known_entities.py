"""The user's own table of entities, as `copydesk entities import` reads it."""

from pathlib import Path

import pytest

from schemas import EntityKind
from services.cli.known_entities import KnownEntity, Unreadable, read_entities

HOLM = KnownEntity(name="Anna Holm", kind=EntityKind.PERSON, wikidata="Q11", aliases=("A. Holm", "Holm"))
BOARD = KnownEntity(name="Harbour Board", kind=EntityKind.ORGANIZATION, wikidata="Q12")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "entities"


def refuse(path: Path) -> str:
    """Why the file is refused."""
    with pytest.raises(Unreadable) as refused:
        read_entities(path)
    return str(refused.value)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_csv_has_a_head_line_and_its_aliases_are_parted_by_bars(path, mark):
    """In any order of the columns, with others among them; spreadsheets put a byte order mark before it."""
    path.write_text(
        f"{mark}wikidata,name,note,kind,aliases\n"
        "Q11, Anna Holm ,mayor,person,A. Holm | Holm |\n"
        "Q12,Harbour Board,,organization,\n",
        encoding="utf-8",
    )
    assert read_entities(path) == [HOLM, BOARD]


def test_csv_may_do_without_aliases(path):
    path.write_text("name,kind,wikidata\nHarbour Board,organization,Q12\n")
    assert read_entities(path) == [BOARD]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_json_lines_hold_an_object_each(path, mark):
    path.write_text(
        f"{mark}{HOLM.model_dump_json()}\n\n"
        '{"name": "Harbour Board", "kind": "organization", "wikidata": "Q12"}',
        encoding="utf-8",
    )
    assert read_entities(path) == [HOLM, BOARD]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("blank", ["\n", " \n\t\r\n"])
def test_blank_lines_before_the_first_are_left_out(path, mark, blank):
    path.write_text(f"{mark}{blank}  {BOARD.model_dump_json()}\n", encoding="utf-8")
    assert read_entities(path) == [BOARD]
    path.write_text(f"{mark}{blank}name,kind,wikidata\nHarbour Board,organization,Q12\n", encoding="utf-8")
    assert read_entities(path) == [BOARD]


def test_an_empty_table_has_only_its_head(path):
    path.write_text("name,kind,wikidata\n")
    assert read_entities(path) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,wikidata\nAnna Holm,Q11\n", "the first line must name the columns; missing: kind"),
        (b"", "the first line must name the columns; missing: name, kind, wikidata"),
        (b"\n\n", "the first line must name the columns; missing: name, kind, wikidata"),
        (b"\n\nname,kind,wikidata\nAnna Holm,mayor,Q11\n", "line 4: kind: "),
        (b'\n{"name": "Anna Holm", "kind": "mayor", "wikidata": "Q11"}\n', "line 2: kind: "),
        (b"name,kind,wikidata\n" + b"h" * 501 + b",person,Q11\n", "line 2: name: "),
        (b"name,kind,wikidata\nAnna Holm,person,Q" + b"1" * 20 + b"\n", "line 2: wikidata: "),
        (b"name,kind,wikidata\nAnna Holm,person,Q11\nBen Holm,mayor,Q12\n", "line 3: kind: "),
        (b"name,kind,wikidata\nAnna Holm,person,11\n", "line 2: wikidata: "),
        (b"name,kind,wikidata\n ,person,Q11\n", "line 2: name: "),
        (b'name,kind,wikidata\n"Anna\x00Holm",person,Q11\n', "line 2: name: "),
        (b'{"name": "Anna Holm"\n', "line 1 is not JSON: "),
        (b'{"name": "Anna Holm", "kind": "person"}\n', "line 1: wikidata: "),
        (b"name,kind,wikidata\nAnna H\xf6lm,person,Q11\n", "byte 26 is not UTF-8"),
    ],
)
def test_a_wrong_line_is_named_with_what_is_wrong(path, content, reason):
    path.write_bytes(content)
    assert refuse(path).startswith(reason)


def test_a_file_that_is_not_there_says_so(path):
    assert refuse(path) == "can't be read: No such file or directory"
