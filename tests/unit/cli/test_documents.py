"""Inputs of the offline commands."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from schemas import ArticleSubmitted, MediaType
from services.cli.exits import Exit
from services.cli.paths import check_paths
from services.ingest import identify
from services.offline.documents import Document, NotVerbatim, Reading, Refused, read_documents
from services.offline.results import Status

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ODD = "\ufeff  The mayor\r\nsaid: “cafe\u0301 \x00— nothing else”.\t\n\n"
Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def read(*paths: Path, verbatim: bool = False, limit: int = 1000) -> list[Document | Refused]:
    return list(read_documents(paths, Reading(NOON, verbatim, limit)))


def read_one(path: Path, verbatim: bool = False) -> Document:
    (document,) = read(path, verbatim=verbatim)
    assert isinstance(document, Document)
    return document


def refuse_one(path: Path, verbatim: bool = False) -> Refused:
    (refused,) = read(path, verbatim=verbatim)
    assert isinstance(refused, Refused)
    return refused


def test_a_file_is_a_document_by_its_path(write: Write) -> None:
    path = write("story.txt", "The café’s owner agreed.".encode("cp1252"))
    document = read_one(path)
    assert (document.id, document.content) == (str(path), "The café’s owner agreed.")
    assert document.media_type is MediaType.TEXT


def test_a_record_is_a_document_by_its_own_id(write: Write) -> None:
    lines = [{"id": "x", "text": "One."}, {"id": 7, "html": "<p>Two.</p>"}, {"text": "Three."}]
    path = write("a.jsonl", "\n".join(map(json.dumps, lines)))
    documents = [document for document in read(path) if isinstance(document, Document)]
    assert [document.id for document in documents] == ["x", "7", f"{path}:3"]
    assert [document.media_type for document in documents] == [MediaType.TEXT, MediaType.HTML, MediaType.TEXT]


def test_what_a_record_says_becomes_metadata(write: Write) -> None:
    fields = {
        "text": "One.",
        "source": "Harbour News",
        "url": "https://N.example/b/",
        "published_at": "2026-11-23",
        "title": "Bridge to open",
    }
    metadata = read_one(write("a.jsonl", json.dumps(fields))).metadata
    assert (metadata.source, metadata.url, metadata.title) == (
        "Harbour News",
        "https://n.example/b",
        "Bridge to open",
    )
    assert metadata.published_at == datetime(2026, 11, 23, tzinfo=UTC)


def test_a_document_has_the_id_that_it_would_have_in_the_store(write: Write) -> None:
    document = read_one(write("a.jsonl", json.dumps({"id": "x", "text": "One."})))
    assert document.article_id == identify(ArticleSubmitted(text="One.")).article_id


def test_what_cannot_be_read_is_refused_in_its_place(write: Write) -> None:
    path = write("a.jsonl", '{"id": "a", "text": "One."}\noops\n{"id": "c"}\n{"id": "d", "text": "Four."}\n')
    first, second, third, fourth = read(path)
    assert isinstance(first, Document)
    assert isinstance(fourth, Document)
    assert second == Refused(
        f"{path}:2", Status.UNPROCESSABLE, f"{path}:2: is not JSON: Expecting value at column 1"
    )
    assert isinstance(third, Refused)
    assert (third.id, third.status) == ("c", Status.UNPROCESSABLE)
    assert third.reason.startswith(f"{path}:3: give exactly one of text, html, raw")


def test_an_empty_document_is_skipped(write: Write) -> None:
    refused = refuse_one(write("story.txt", " \n"))
    assert (refused.status, refused.reason) == (Status.SKIPPED, "empty: raw holds only blanks")


@pytest.mark.parametrize("verbatim", [False, True])
def test_a_document_of_another_kind_is_unprocessable(write: Write, verbatim: bool) -> None:
    refused = refuse_one(write("story.txt", b"%PDF-1.7 ..."), verbatim)
    assert (refused.status, refused.reason[:40]) == (
        Status.UNPROCESSABLE,
        "content looks like a PDF document; submit"[:40],
    )


@pytest.mark.parametrize("verbatim", [False, True])
def test_too_large_a_document_is_unprocessable(write: Write, verbatim: bool) -> None:
    refused = refuse_one(write("story.txt", "word " * 500), verbatim)
    assert refused.reason == "content is 2.5 kB; the limit is 1.0 kB (COPYDESK_INGEST_MAX_BYTES)"


# Verbatim


def test_verbatim_text_of_a_record_is_untouched(write: Write) -> None:
    assert read_one(write("a.jsonl", json.dumps({"text": ODD})), verbatim=True).content == ODD


def test_verbatim_text_of_a_file_is_untouched(write: Write) -> None:
    text = ODD.removeprefix("\ufeff")
    assert read_one(write("story.txt", text), verbatim=True).content == text


def test_the_mark_of_a_files_encoding_is_no_part_of_its_text(write: Write) -> None:
    assert read_one(write("story.txt", b"\xef\xbb\xbfThe bridge."), verbatim=True).content == "The bridge."


def test_blank_verbatim_text_is_not_skipped(write: Write) -> None:
    assert read_one(write("a.jsonl", json.dumps({"text": " "})), verbatim=True).content == " "


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", '{"html": "<p>One.</p>"}'),
        ("a.jsonl", '{"raw": "T25lLg==", "media_type": "text/html"}'),
        ("story.txt", "<!doctype html><p>One.</p>"),
    ],
)
def test_a_page_has_no_verbatim_text(write: Write, name: str, content: str) -> None:
    with pytest.raises(NotVerbatim, match=r"is HTML, which has no text as given; leave --verbatim out"):
        read(write(name, content), verbatim=True)


def test_half_a_character_is_replaced_and_no_offset_moves(write: Write) -> None:
    (document,) = read(write("a.jsonl", '{"text": "One \\ud83d."}'), verbatim=True)
    assert isinstance(document, Document)
    assert document.content == "One \ufffd."


# Before the work


@pytest.mark.parametrize("name", ["no-such.txt", "x" * 300])
def test_a_missing_path_ends_the_command_before_the_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(typer.Exit) as ended:
        check_paths([tmp_path, tmp_path / name])
    assert ended.value.exit_code == Exit.NOT_FOUND


def test_a_page_that_is_wanted_verbatim_ends_the_command_before_the_work(write: Write) -> None:
    path = write("story.html", "<p>One.</p>")
    check_paths([path])
    with pytest.raises(typer.Exit) as ended:
        check_paths([path], verbatim=True)
    assert ended.value.exit_code == Exit.WRONG_USE


def test_standard_input_need_not_be_a_file() -> None:
    check_paths(["-"], verbatim=True)
    (document,) = read_documents(["-"], Reading(NOON), io.BytesIO(b"The bridge opens."))
    assert (document.id, isinstance(document, Document)) == ("-", True)
