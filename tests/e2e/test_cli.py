"""The command as a newcomer uses it: processes, embedded servers, what is printed and the exit code."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.embedded import read_addresses

COPYDESK = str(Path(sys.executable).with_name("copydesk"))
EXAMPLES = Path(__file__).parents[2] / "examples"
ARTICLE = """Water prices fell by 12 percent last year, the mayor of Lindmoor said on Monday.

"We have never paid less for water," said Mayor Olga Brandvold. She added that 4,000 households had been
connected to the new pipe since January, and that the council would publish the accounts in May.

Critics disagree. According to Tomas Ferrand, who leads the opposition in the council, the figures leave out
the cost of the new plant."""


def copydesk(
    home: Path, *arguments: str, stdin: str = "", seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COPYDESK_HOME": str(home), "COLUMNS": "160"}
    return subprocess.run(
        [COPYDESK, *arguments], input=stdin, capture_output=True, text=True, timeout=seconds, env=environment
    )


@contextmanager
def up(home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """`copydesk up`, stopped as by Ctrl-C."""
    process = subprocess.Popen([COPYDESK, "up", "--home", str(home), *arguments])
    try:
        deadline = time.monotonic() + 60
        while read_addresses(home) is None:
            assert process.poll() is None
            assert time.monotonic() < deadline, "copydesk up did not start"
            time.sleep(0.1)
        yield process
    finally:
        process.send_signal(2)
        assert process.wait(60) == 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_from_publishing_to_the_ledger(tmp_path: Path):
    """Publish, follow, read, publish again: one house, all commands that a newcomer tries."""
    home = tmp_path / "home"
    article = tmp_path / "water.txt"
    article.write_text(ARTICLE)
    with up(home, "--workers", "entities=2"):
        first = copydesk(home, "publish", str(article), "--source", "Lindmoor Herald", "--wait")
        assert first.returncode == 0, first.stderr
        article_id, origin, _ = first.stdout.rstrip("\n").split("\t")
        assert origin == str(article)
        assert "1 articles: 1 done" in first.stderr

        again = copydesk(home, "publish", str(article), "--source", "Lindmoor Herald")
        assert again.stdout.startswith(f"{article_id}\t{article}\t(known)")
        assert "no work is done twice" in again.stderr

        found = json.loads(copydesk(home, "claims", "--json").stdout)
        assert {one["article"]["source"] for one in found} == {"Lindmoor Herald"}
        assert any(one["claimant"] and "Brandvold" in one["claimant"]["name"] for one in found)
        speaker = json.loads(copydesk(home, "claims", "--speaker", "ferrand", "--format", "json").stdout)
        assert 0 < len(speaker) < len(found)
        assert copydesk(home, "claims", "--format", "csv").stdout.startswith(
            "claim_id,article_id,claimant,text"
        )

        way = json.loads(copydesk(home, "trace", article_id, "--json").stdout)
        assert [step["stage"] for step in way] == ["ingest", "clean", "entities", "claims"]
        assert len({step["traceparent"].split("-")[1] for step in way}) == 1

        lag = {one["stage"]: one for one in json.loads(copydesk(home, "lag", "--json").stdout)}
        assert [lag[stage]["status"] for stage in ("ingest", "clean", "entities", "claims")] == ["ok"] * 4
        assert {one["backlog"] for one in lag.values()} == {0}
        assert len(lag["entities"]["consumers"]) == 2


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_dead_letter_is_mended_and_replayed(tmp_path: Path):
    """What cannot be processed says why, and comes through once it is mended."""
    home = tmp_path / "home"
    wrong = tmp_path / "wrong.pdf"
    wrong.write_bytes(b"%PDF-1.7\n\x00\x01\x02\xff" * 40)
    with up(home):
        published = copydesk(home, "publish", str(wrong), "--wait")
        assert published.returncode == 1
        assert "PDF" in published.stderr

        (letter,) = json.loads(copydesk(home, "dead", "ls", "--json").stdout)
        assert letter["stage"] == "ingest"
        assert "PDF" in letter["reason"]
        number = str(letter["dead_id"])
        shown = copydesk(home, "dead", "show", number, "--payload")
        assert json.loads(shown.stdout)["raw"]

        mended = tmp_path / "mended.json"
        mended.write_text("{}")
        refused = copydesk(home, "dead", "replay", number, "--file", str(mended))
        assert refused.returncode == 1
        assert "give exactly one of text, html, raw" in refused.stderr

        mended.write_text(json.dumps({"text": ARTICLE, "url": "https://herald.example/water"}))
        replayed = copydesk(home, "dead", "replay", number, "--file", str(mended))
        assert replayed.returncode == 0, replayed.stderr
        deadline = time.monotonic() + 60
        while not json.loads(copydesk(home, "claims", "--json").stdout):
            assert time.monotonic() < deadline, "the mended article did not come through"
        assert json.loads(copydesk(home, "dead", "ls", "--json").stdout) == []
        assert copydesk(home, "dead", "replay", number).returncode == 3


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_run_does_everything_and_leaves_nothing(tmp_path: Path):
    """One command from files to claims; duplicates and skips are said."""
    done = copydesk(tmp_path / "none", "run", str(EXAMPLES))
    assert done.returncode == 0, done.stderr
    assert "claimant" in done.stdout
    assert "20 articles: 17 done, 2 skipped, 1 published before" in done.stderr
    assert "no model for language 'de'" in done.stderr
    assert not (tmp_path / "none").exists()


def test_servers_that_are_away_are_named_without_their_password(tmp_path: Path, monkeypatch):
    """Exit code 4, and a way out."""
    monkeypatch.setenv("COPYDESK_REDIS_URL", "redis://:secret@127.0.0.1:1/0")
    result = copydesk(tmp_path, "lag", "--json")
    assert result.returncode == 4
    assert "Redis at 127.0.0.1:1 can't be reached" in result.stderr
    assert "secret" not in result.stderr + result.stdout


def test_wrong_use_is_exit_code_2(tmp_path: Path):
    """An unknown stage, and a time that is none."""
    assert copydesk(tmp_path, "up", "--workers", "sleep=2").returncode == 2
    assert copydesk(tmp_path, "claims", "--since", "yesterday").returncode == 2


def test_a_path_that_is_not_there_is_exit_code_3(tmp_path: Path):
    """Said before anything is published."""
    result = copydesk(tmp_path, "publish", str(tmp_path / "none.txt"))
    assert result.returncode == 3
    assert "there is no such file or folder" in result.stderr
