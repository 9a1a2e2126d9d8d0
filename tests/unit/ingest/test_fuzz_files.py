"""Whatever stands in a file: articles, or a reason under the file's name, and its neighbours come through."""

import io
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import MediaType, Metadata, Unprocessable
from services.clean import clean
from services.ingest import identify, read_paths
from services.ingest.addresses import canonical_url
from services.ingest.identity import read_content
from services.kit.wire import encode

SUFFIXES = (".txt", ".html", ".json", ".jsonl")
GOOD = "z-neighbour.txt"
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
RECORD = json.dumps({"url": "https://desk.example/1", "text": "naïve", "published_at": "2026-11-23"}).encode()
PAGE = "<!doctype html><html><body><p>naïve</p></body></html>".encode()
HOSTILE = {
    "deep arrays": b"[" * 100_000,
    "deep objects": b'{"text":' * 100_000,
    "deep and whole": b'{"text": "a", "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "deep HTML": b"<html><body>" + b"<div>" * 50_000 + b"words",
    "deep lists in HTML": b"<html><body>" + b"<ul><li>" * 20_000 + b"words",
    "a number of many digits": b'{"text": "a", "published_at": ' + b"9" * 50_000 + b"}",
    "an id of many digits": b'{"text": "a", "source": "desk", "id": ' + b"9" * 5_000 + b"}",
    "a number beyond floats": b'{"text": "a", "published_at": 1e999}',
    "an array of such": b'[1e999, NaN, {"text": "a"}, "\\ud800"]',
    "halves of pairs": b'{"text": "\\ud800", "title": "\\udfff", "url": "https://desk.example/\\ud800"}',
    "halves of pairs in names": b'{"\\ud800": 1}',
    "halves of pairs in a wrong field": b'{"text": "a", "language": "\\ud800"}',
    "a key twice": b'{"text": "a", "text": "b"}',
    "a mark of UTF-8": b"\xef\xbb\xbf" + RECORD,
    "a mark of UTF-16": RECORD.decode().encode("utf-16"),
    "a mark of UTF-32": RECORD.decode().encode("utf-32"),
    "a mark and nothing": b"\xff\xfe",
    "NULs": b"\0" * 1000,
    "a NUL within": RECORD.replace(b"na", b"n\0a"),
    "one huge line": b"word " * 400_000,
    "a cut record": RECORD[:-5],
    "a cut page": PAGE[:-20],
    "gzip": b"\x1f\x8b\x08\0" + bytes(range(256)),
    "zip": b"PK\x03\x04" + bytes(range(256)),
    "nothing": b"",
    "blanks": b" \n\n\t ",
}


def read_all(folder: Path, name: str, data: bytes) -> None:
    """The file beside a good one, as `copydesk publish` reads, identifies and sends it."""
    (folder / name).write_bytes(data)
    (folder / GOOD).write_text("The harbour reported more goods.")
    reads = list(read_paths([folder]))
    assert [read.submission is not None for read in reads if read.origin.endswith(GOOD)] == [True]
    for read in reads:
        assert name in read.origin or GOOD in read.origin
        if read.submission is None:
            assert read.error
            assert len(read.error) < 2000
            assert read.error.encode()
        else:
            encode(read.submission)
            with suppress(Unprocessable):
                read_content(read.submission)
                identify(read.submission)


@SOME
@given(st.sampled_from(SUFFIXES), st.binary(max_size=200))
def test_any_bytes(tmp_path, suffix, data):
    read_all(tmp_path, f"a{suffix}", data)
    (tmp_path / f"a{suffix}").unlink()


@SOME
@given(st.sampled_from(SUFFIXES), st.sampled_from([RECORD, PAGE]), st.integers(0, 100), st.binary(max_size=6))
def test_a_good_file_with_a_part_replaced(tmp_path, suffix, good, at, put):
    read_all(tmp_path, f"a{suffix}", good[:at] + put + good[at + len(put) :])
    (tmp_path / f"a{suffix}").unlink()


@SOME
@given(
    st.dictionaries(
        st.sampled_from(["url", "text", "html", "raw", "id", "date", "authors", "source"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text()),
    )
)
def test_any_values_in_a_record(tmp_path, fields):
    read_all(tmp_path, "a.jsonl", json.dumps(fields).encode())


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_known_hostilities(tmp_path, data, suffix):
    read_all(tmp_path, f"a{suffix}", data)


@pytest.mark.parametrize("name", ["deep HTML", "deep lists in HTML", "one huge line", "NULs", "deep arrays"])
@pytest.mark.parametrize("kind", list(MediaType))
@pytest.mark.timeout(30)
def test_what_is_deep_or_long_ends_in_the_cleaning_too(name, kind):
    with suppress(Unprocessable):
        clean(HOSTILE[name].decode(), kind, Metadata())


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60), st.sampled_from(["", "http://", "https://desk.example/", "http://[", "https://a:"])
)
def test_any_address(text, start):
    with suppress(Unprocessable):
        url = canonical_url(start + text)
        assert canonical_url(url) == url


class Endless(io.RawIOBase):
    """A stream without an end and without a line's end, which counts what is taken from it."""

    def __init__(self, first: bytes) -> None:
        self.given, self._first = 0, first

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "all of it is asked for at once"
        self.given += size
        data, self._first = self._first[:size], self._first[size:]
        return data + b"x" * (size - len(data))

    def readline(self, size: int | None = -1) -> bytes:
        return self.read(-1 if size is None else size)


@pytest.mark.parametrize("first", [b"", b"[", b"<html>", b'{"text": "', b"\n\n\n"])
def test_of_an_endless_input_no_more_than_the_bound_is_taken(first):
    stream = Endless(first)
    (read,) = read_paths(["-"], max_bytes=100_000, stdin=stream)
    assert "more than 100,000 bytes" in read.error
    assert stream.given <= 200_002
