"""Every example can be handed in, and shows what examples/README.md says of it."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from schemas import ArticleSubmitted
from services.ingest.files import read_paths
from services.ingest.identity import identify

EXAMPLES = Path(__file__).parents[2] / "examples"
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` \| .+? \| (.+) \|$", README, re.MULTILINE))
FILES = sorted(path for path in EXAMPLES.iterdir() if path.name != "README.md")


def find_records() -> list[tuple[str, dict]]:
    """The objects in the JSON and JSON Lines files, with where they stand."""
    documents = [(path.name, path.read_text(encoding="utf-8")) for path in FILES]
    whole = [(name, json.loads(text)) for name, text in documents if name.endswith(".json")]
    lines = [
        (f"{name}:{number}", json.loads(line))
        for name, text in documents
        if name.endswith(".jsonl")
        for number, line in enumerate(text.splitlines(), start=1)
    ]
    return whole + lines


RECORDS = find_records()


def read_only(name: str) -> ArticleSubmitted:
    """The one submission in a file."""
    (read,) = read_paths([EXAMPLES / name])
    assert read.submission is not None
    return read.submission


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_example_can_be_read_as_a_submission(path):
    found = list(read_paths([path]))

    assert found
    assert [read.error for read in found if read.submission is None] == []


def test_publishing_the_folder_reads_every_example_and_not_the_readme():
    origins = {Path(re.sub(r"\.jsonl:\d+$", ".jsonl", read.origin)) for read in read_paths([EXAMPLES])}

    assert origins == set(FILES)


@pytest.mark.parametrize("record", [record for _, record in RECORDS], ids=[where for where, _ in RECORDS])
def test_a_record_is_a_submission_and_nothing_else(record):
    article = ArticleSubmitted.model_validate_json(json.dumps(record))

    assert article.model_fields_set == set(record)


def test_the_readme_tells_of_every_example():
    assert set(ROWS) == {path.name for path in FILES}


def test_the_examples_are_small():
    assert sum(path.stat().st_size for path in EXAMPLES.iterdir()) < 100_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_example_points_to_a_real_site(path):
    hosts = set(re.findall(r"(?:https?://|\w@)([\w.-]+\w)", path.read_text(encoding="utf-8")))

    assert {host for host in hosts if not host.endswith(".example")} <= {"schema.org"}


def test_only_the_duplicate_is_the_same_article_as_another():
    """Same identity and same revision: the house does its work once."""
    articles = {read.origin: read.submission for read in read_paths([EXAMPLES]) if read.submission}
    identities = {origin: identify(article) for origin, article in articles.items()}
    times = Counter((identity.article_id, identity.revision) for identity in identities.values())

    again = [
        Path(origin).name
        for origin, identity in identities.items()
        if times[identity.article_id, identity.revision] > 1
    ]

    assert again == ["11-old-bridge-again.json", "11-old-bridge.json"]
    assert len({identity.article_id for identity in identities.values()}) == len(identities) - 1


@pytest.mark.parametrize("name", [name for name, shows in ROWS.items() if "skipped" not in shows])
def test_an_example_is_long_enough_to_be_an_article(name):
    for read in read_paths([EXAMPLES / name]):
        assert read.submission is not None
        content = read.submission.text or read.submission.html or (read.submission.raw or b"").decode()
        assert 80 <= len(content.split()) <= 450


def test_the_example_with_a_broken_encoding_is_broken():
    assert b"\xc3\x83\xc2\xb1" in (read_only("12-harbour-market-mojibake.txt").raw or b"")
