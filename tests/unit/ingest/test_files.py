"""Files, folders and standard input become submissions; what is wrong is said in its place."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas import MediaType
from services.ingest import Defaults, Read, read_moment, read_paths
from services.ingest.records import NO_DEFAULTS

TEXT = "The mayor said that the bridge would open in May."
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read_one(path: Path, defaults: Defaults = NO_DEFAULTS) -> Read:
    (read,) = read_paths([path], defaults)
    return read


def texts(reads: list[Read]) -> list[str | None]:
    return [read.submission and read.submission.text for read in reads]


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def from_stdin(data: str | bytes, **limits: int) -> list[Read]:
    stream = io.BytesIO(data if isinstance(data, bytes) else data.encode())
    return list(read_paths(["-"], stdin=stream, **limits))


# Whole files


def test_a_text_file_is_one_submission_of_its_bytes(write: Write) -> None:
    data = "The café’s owner agreed.".encode("cp1252")
    submission = read_one(write("story.txt", data)).submission
    assert submission is not None
    assert (submission.raw, submission.media_type, submission.source_id) == (data, None, None)


@pytest.mark.parametrize("name", ["story.html", "story.HTM", "story.xhtml"])
def test_a_page_is_one_submission_of_its_bytes(write: Write, name: str) -> None:
    submission = read_one(write(name, "<p>The bridge opens.</p>")).submission
    assert submission is not None
    assert (submission.raw, submission.media_type) == (b"<p>The bridge opens.</p>", MediaType.HTML)


def test_a_file_without_suffix_is_read_where_it_is_named(write: Write) -> None:
    assert read_one(write("story", TEXT)).submission is not None


def test_a_file_beyond_the_bound_is_not_taken_in(write: Write) -> None:
    path = write("story.txt", "x" * 101)
    (read,) = read_paths([path], max_bytes=100)
    assert read.error == "has more than 100 bytes; one article should not"


def test_a_missing_file_does_not_stop_the_rest(write: Write) -> None:
    missing, present = Path("no-such.txt"), write("story.txt", TEXT)
    first, second = read_paths([missing, present])
    assert (first.origin, first.error) == ("no-such.txt", "there is no such file or folder")
    assert second.submission is not None


def test_a_file_that_cannot_be_read_says_why() -> None:
    assert read_one(Path("x" * 300)).error == "cannot be read: File name too long"


# JSON Lines


def test_each_line_is_a_submission(write: Write) -> None:
    path = write("a.jsonl", lines({"text": "One."}, {"html": "<p>Two.</p>", "title": "Two"}))
    first, second = read_paths([path])
    assert first.submission is not None
    assert second.submission is not None
    assert (first.origin, first.submission.text) == (f"{path}:1", "One.")
    assert (second.origin, second.submission.html, second.submission.title) == (
        f"{path}:2",
        "<p>Two.</p>",
        "Two",
    )


def test_blank_lines_count_but_are_no_records(write: Write) -> None:
    path = write("a.ndjson", "\n" + lines({"text": "One."}) + "\n")
    assert read_one(path).origin == f"{path}:2"


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ('{"text": "One."', "is not JSON: Expecting ',' delimiter at column 16"),
        ("plain words", "is not JSON: Expecting value at column 1"),
        (b'{"text": "caf\xe9"}', "is not JSON: byte 14 is not UTF-8"),
        ("[1, 2]", 'is not an object like {"text": …} but [1, 2]'),
        ('{"id": 4}', "give exactly one of text, html, raw, or a url alone; given: none (the record has id)"),
        ('{"text": "a", "html": "b"}', "given: text, html"),
        ('{"text": 7}', "text: Input should be a valid string, not 7"),
        ('{"raw": "AAAAA"}', "raw: not base64"),
        ('{"text": "a", "published_at": "2026-11-23T10:00"}', "published_at: a time needs a zone"),
        ('{"text": "a", "language": "English"}', "language: String should match"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_bad_line_says_what_is_wrong_and_the_rest_is_read(
    write: Write, line: str | bytes, error: str
) -> None:
    bad = line if isinstance(line, bytes) else line.encode()
    path = write("a.jsonl", b"\n".join([b'{"text": "One."}', bad, b'{"text": "Three."}']))
    first, second, third = read_paths([path])
    assert texts([first, third]) == ["One.", "Three."]
    assert second.origin == f"{path}:2"
    assert second.error is not None
    assert error in second.error
    assert len(second.error) < 300


def test_an_overlong_line_is_passed_over(write: Write) -> None:
    path = write("a.jsonl", lines({"text": "One."}, {"text": "x" * 200_000}, {"text": "Three."}))
    reads = list(read_paths([path], max_bytes=100))
    assert texts(reads) == ["One.", None, "Three."]
    assert reads[1].error == "the line has more than 100 bytes"


def test_lines_are_read_as_they_are_asked_for() -> None:
    class Endless(io.RawIOBase):
        def readline(self, size: int | None = -1, /) -> bytes:
            return b'{"text": "Again."}\n'

    reads = read_paths(["-"], stdin=Endless())  # type: ignore[arg-type]
    assert texts([next(reads), next(reads)]) == ["Again.", "Again."]


# JSON


def test_an_object_is_a_submission(write: Write) -> None:
    path = write("a.json", json.dumps({"text": TEXT}, indent=2))
    assert read_one(path).submission is not None


def test_an_array_holds_submissions(write: Write) -> None:
    path = write("a.json", json.dumps([{"text": "One."}, "Two.", {"text": "Three."}], indent=2))
    reads = list(read_paths([path]))
    assert texts(reads) == ["One.", None, "Three."]
    assert [read.origin for read in reads] == [f"{path}[{number}]" for number in (1, 2, 3)]


def test_lines_in_a_json_file_are_read_as_lines(write: Write) -> None:
    assert texts(list(read_paths([write("a.json", lines({"text": "One."}, {"text": "Two."}))]))) == [
        "One.",
        "Two.",
    ]


def test_too_large_an_array_is_refused_with_a_way_out(write: Write) -> None:
    path = write("a.json", json.dumps([{"text": "x" * 200}]))
    (read,) = read_paths([path], max_bytes=100)
    assert read.error == "has more than 100 bytes; as JSON Lines it is read line by line"


def test_broken_json_says_where(write: Write) -> None:
    assert (
        read_one(write("a.json", '{\n"text": }')).error == "is not JSON: Expecting value at line 2, column 9"
    )


# Folders


def test_a_folder_is_read_by_name_with_the_folders_in_it(write: Write, tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.html", "a/README.txt", "notes.md", ".hidden.txt", ".git/x.txt", "style.css"):
        write(name, TEXT)
    write("c.jsonl", lines({"text": "One."}, {"text": "Two."}))
    origins = [Path(read.origin).relative_to(tmp_path).as_posix() for read in read_paths([tmp_path])]
    assert origins == ["a/z.html", "b.txt", "c.jsonl:1", "c.jsonl:2"]


def test_a_folder_with_nothing_to_read_says_so(tmp_path: Path) -> None:
    error = read_one(tmp_path).error
    assert error is not None
    assert "no file of the kinds .jsonl" in error


# Standard input


def test_lines_on_standard_input_are_records() -> None:
    reads = from_stdin("\n" + lines({"text": "One."}, {"text": "Two."}))
    assert texts(reads) == ["One.", "Two."]
    assert [read.origin for read in reads] == ["-:2", "-:3"]


def test_a_broken_first_line_does_not_hide_the_others() -> None:
    reads = from_stdin('{"text": oops}\n' + lines({"text": "Two."}))
    assert texts(reads) == [None, "Two."]


@pytest.mark.parametrize("document", [{"text": "One."}, [{"text": "One."}]])
def test_a_document_on_standard_input_is_read_whole(document: object) -> None:
    assert texts(from_stdin(json.dumps(document, indent=1))) == ["One."]


@pytest.mark.parametrize(
    "data", [TEXT.encode(), b"<!doctype html><p>Hello.</p>", b"[Harbour] The bridge opens.\nSoon."]
)
def test_anything_else_on_standard_input_is_one_article(data: bytes) -> None:
    (read,) = from_stdin(data)
    assert read.submission is not None
    assert read.submission.raw == data


def test_nothing_on_standard_input_is_nothing() -> None:
    assert from_stdin(b"") == []


def test_standard_input_is_bounded() -> None:
    (read,) = from_stdin("word " * 100, max_bytes=100)
    assert read.error == "has more than 100 bytes; one article should not"


# What records say, and what is said for them


def test_other_names_of_fields_are_understood(write: Write) -> None:
    record = {"text": TEXT, "id": 77, "source": "Harbour News", "date": "2026-11-23", "authors": "Jo Reed"}
    submission = read_one(write("a.jsonl", lines(record))).submission
    assert submission is not None
    assert (submission.source_id, submission.authors) == ("77", ("Jo Reed",))
    assert submission.published_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_an_id_is_only_that_of_a_source_that_is_named(write: Write) -> None:
    path = write("a.jsonl", lines({"text": TEXT, "id": "77"}))
    assert read_one(path).submission.source_id is None  # type: ignore[union-attr]
    assert read_one(path, Defaults(source="Harbour News")).submission.source_id == "77"  # type: ignore[union-attr]


def test_nothing_said_is_as_good_as_nothing_there(write: Write) -> None:
    record = {"text": TEXT, "html": None, "url": "", "published_at": "", "title": None}
    submission = read_one(write("a.jsonl", lines(record))).submission
    assert submission is not None
    assert (submission.url, submission.published_at) == (None, None)


def test_an_empty_text_is_a_submission(write: Write) -> None:
    assert texts([read_one(write("a.jsonl", lines({"text": ""})))]) == [""]


def test_defaults_fill_what_the_record_does_not_say(write: Write) -> None:
    moment = datetime(2026, 11, 23, tzinfo=UTC)
    defaults = Defaults(source="Harbour News", url="https://n.example/b", published_at=moment, language="en")
    path = write("a.jsonl", lines({"text": "One.", "language": "de", "url": "https://n.example/a"}))
    submission = read_one(path, defaults).submission
    assert submission is not None
    assert (submission.source, submission.published_at) == ("Harbour News", moment)
    assert (submission.language, submission.url) == ("de", "https://n.example/a")


def test_one_address_is_not_given_to_two_articles(write: Write) -> None:
    path = write("a.jsonl", lines({"text": "One."}, {"text": "Two."}))
    first, second = read_paths([path], Defaults(url="https://n.example/b"))
    assert first.submission is not None
    assert second.error == "would be a second article with the same address; give each record its own `url`"


def test_a_day_is_its_midnight_and_other_words_are_left_to_the_schema() -> None:
    assert read_moment("2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)
    assert read_moment("2026-11-23T10:00:00Z") == "2026-11-23T10:00:00Z"
