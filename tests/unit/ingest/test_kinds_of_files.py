"""Packed files, archives and lists of addresses, as files among others."""

import gzip
import json

import pytest
from backports import zstd

from services.ingest import packed
from services.ingest.files import read_paths
from tests.fetching.archives import capture, record
from tests.fetching.site import packed as packed_answer
from tests.fetching.site import reply

PAGE = "<html><body><p>The bridge opens.</p></body></html>"


def read(folder):
    """Origin, and the submission or the error, of everything in a folder."""
    return {
        one.origin.removeprefix(f"{folder}/"): one.submission or one.error for one in read_paths([folder])
    }


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
def test_a_packed_file_holds_what_its_name_without_the_packing_says(tmp_path, suffix, pack):
    (tmp_path / f"a.html.{suffix}").write_bytes(pack(PAGE.encode()))
    (tmp_path / f"b.jsonl.{suffix}").write_bytes(pack(b'{"text": "one"}\n{"text": "two"}\n'))
    (tmp_path / f"c.tar.{suffix}").write_bytes(pack(b"not of a kind that is read in a folder"))
    found = read(tmp_path)
    assert sorted(found) == [f"a.html.{suffix}", f"b.jsonl.{suffix}:1", f"b.jsonl.{suffix}:2"]
    assert found[f"a.html.{suffix}"].raw == PAGE.encode()
    assert found[f"b.jsonl.{suffix}:2"].text == "two"


@pytest.mark.parametrize("suffix", ["gz", "zst"])
def test_a_file_that_is_not_packed_as_it_says_is_reported(tmp_path, suffix):
    (tmp_path / f"a.txt.{suffix}").write_bytes(b"The bridge opens.")
    (tmp_path / "b.txt").write_text("The pier opens.")
    found = read(tmp_path)
    assert found[f"a.txt.{suffix}"].startswith("cannot be read: ")
    assert found["b.txt"].raw == b"The pier opens."


def test_a_packed_file_that_is_cut_off_is_reported(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"The bridge opens." * 100)[:-12])
    assert read(tmp_path)["a.txt.gz"].startswith("cannot be read: ")


@pytest.mark.parametrize(("suffix", "pack"), [("gz", gzip.compress), ("zst", zstd.compress)])
def test_a_file_that_unpacks_to_a_thousand_times_its_size_is_not_read_on(tmp_path, monkeypatch, suffix, pack):
    """Blank lines would otherwise be passed over one after another, for as long as the bomb has some."""
    monkeypatch.setattr(packed, "LEAST_SUSPECT", 1_000_000)
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(pack(b'{"text": "one"}\n' + b"\n" * 5_000_000))
    found = read(tmp_path)
    assert found[f"a.jsonl.{suffix}:1"].text == "one"
    assert "more than 200 times its size" in found[f"a.jsonl.{suffix}"]


# Archives


def test_the_pages_of_an_archive_come_with_their_addresses_and_times(tmp_path):
    (tmp_path / "a.warc.gz").write_bytes(
        record("warcinfo", "", b"software: x", "application/warc-fields")
        + capture("https://herald.example/1", reply(PAGE))
        + capture("https://herald.example/logo.png", reply(b"\x89PNG", kind="image/png"))
        + capture("https://herald.example/gone", reply(PAGE, status="404 Not Found"))
        + capture("https://herald.example/robots.txt", reply("User-agent: *", kind="text/plain"))
        + capture("https://herald.example/2", packed_answer(PAGE.encode()), "2026-03-03T08:30:00Z")
        + record("conversion", "https://herald.example/3", b"The pier opens.", "text/plain")
    )
    found = read(tmp_path)
    assert list(found) == ["a.warc.gz#1", "a.warc.gz#2", "a.warc.gz#3"]
    assert [one.url[-1] for one in found.values()] == ["1", "2", "3"]
    assert [one.raw for one in found.values()] == [PAGE.encode(), PAGE.encode(), b"The pier opens."]
    assert [one.media_type for one in found.values()] == ["text/html", "text/html", "text/plain"]
    assert found["a.warc.gz#2"].submitted_at.isoformat() == "2026-03-03T08:30:00+00:00"


def test_an_archive_need_not_be_packed_and_may_be_packed_as_a_whole(tmp_path):
    plain = gzip.decompress(capture("https://herald.example/1", reply(PAGE)))
    (tmp_path / "a.warc").write_bytes(plain)
    (tmp_path / "b.warc.gz").write_bytes(gzip.compress(plain))
    (tmp_path / "c.warc.zst").write_bytes(zstd.compress(plain))
    assert [one.raw for one in read(tmp_path).values()] == [PAGE.encode()] * 3


@pytest.mark.parametrize("content", [b"", b"\0\1\2 no archive", gzip.compress(b"no archive", mtime=0)])
def test_an_archive_without_a_page_says_so(tmp_path, content):
    (tmp_path / "a.warc.gz").write_bytes(content)
    assert "archive" in read(tmp_path)["a.warc.gz"]


def test_the_pages_in_front_of_a_damage_are_read(tmp_path):
    whole = capture("https://herald.example/1", reply(PAGE))
    torn = capture("https://herald.example/2", reply(PAGE * 100))
    (tmp_path / "a.warc.gz").write_bytes(whole + torn[: len(torn) // 2])
    assert read(tmp_path)["a.warc.gz#1"].raw == PAGE.encode()


def test_a_page_of_an_archive_that_is_too_large_is_reported_and_the_next_is_read(tmp_path):
    archive = tmp_path / "a.warc.gz"
    archive.write_bytes(
        capture("https://herald.example/1", packed_answer(b"a" * 1_000_000))
        + capture("https://herald.example/2", reply(PAGE))
    )
    large, whole = read_paths([archive], max_bytes=10_000)
    assert large.error == "the page has more than 10,000 bytes"
    assert whole.submission.url == "https://herald.example/2"


# Lists of addresses


def test_a_text_of_nothing_but_addresses_is_a_list(tmp_path):
    (tmp_path / "a.txt").write_bytes(
        b"\xef\xbb\xbf# The Herald\r\n\r\nhttps://herald.example/1\r\nHTTP://herald.example/2\r\n"
    )
    found = read(tmp_path)
    assert [(name, one.url) for name, one in found.items()] == [
        ("a.txt:3", "https://herald.example/1"),
        ("a.txt:4", "HTTP://herald.example/2"),
    ]
    assert all(one.address_only for one in found.values())


@pytest.mark.parametrize(
    "text", ["https://herald.example/1 says so.", "# only a remark", "Read:\nhttps://a.example"]
)
def test_a_text_with_anything_else_in_it_is_an_article(tmp_path, text):
    (tmp_path / "a.txt").write_text(text)
    assert read(tmp_path)["a.txt"].raw == text.encode()


def test_a_line_of_a_list_that_is_no_address_is_reported_in_its_place(tmp_path):
    (tmp_path / "a.urls").write_text("https://herald.example/1\nherald.example/2\nhttps://herald.example/3\n")
    assert "no address" in read(tmp_path)["a.urls:2"]
    assert read(tmp_path)["a.urls:3"].url == "https://herald.example/3"


def test_a_long_list_is_read_to_its_end(tmp_path):
    """Also where the head that is looked at ends within an address."""
    (tmp_path / "a.txt").write_text(
        "".join(f"https://herald.example/story/{number}\n" for number in range(5_000))
    )
    assert len(read(tmp_path)) == 5_000


def test_a_record_with_an_address_alone_is_one_to_fetch(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps([{"url": "https://herald.example/1"}, {"url": " "}]))
    found = read(tmp_path)
    assert found["a.json[1]"].address_only
    assert "given: none" in found["a.json[2]"]
