"""`copydesk clean`: text in, clean text and what was taken out of it."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from services.cli.clean import clean
from services.cli.exits import Exit

ARTICLE = (
    "The harbour of Eastmouth will close for three weeks in March, the port authority said on Tuesday.\n\n"
    "“We have no choice, because the gates are sixty years old,” said its director, Anna Reed. "
    "She expects that the work will cost two million pounds.\n\n"
    "Fishermen told the council that they would lose a third of their income."
)
FURNITURE = "READ MORE: Ten harbours that you should visit this summer"

app = typer.Typer()
app.command()(clean)


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(app, arguments, **options)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.txt"
    path.write_text(ARTICLE.replace("\n\n", f"\n\n{FURNITURE}\n\n", 1), encoding="utf-8")
    return path


def lines(*records: dict[str, object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_each_result_is_a_line_in_the_order_of_the_input() -> None:
    given = lines({"id": "a", "text": ARTICLE}, {"id": "b", "text": "Short."}, {"id": "c", "text": ARTICLE})
    result = run("-", "--jsonl", input=given)
    assert result.exit_code == Exit.DONE
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["id"], row["status"]) for row in rows] == [("a", "done"), ("b", "skipped"), ("c", "done")]
    assert rows[0]["text"] == ARTICLE
    assert "reason" not in rows[0]
    assert rows[1]["reason"]


def test_all_results_are_one_array(article: Path) -> None:
    (row,) = json.loads(run(str(article), "--json").stdout)
    assert row["id"] == str(article)
    assert row["text"] == ARTICLE
    assert [(cut["reason"], cut["exact"]) for cut in row["removed"]] == [("read_also", FURNITURE)]


def test_no_documents_are_an_empty_array() -> None:
    result = run("-", "--json", input="")
    assert (result.exit_code, json.loads(result.stdout)) == (Exit.DONE, [])


def test_a_page_becomes_text() -> None:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in ARTICLE.split("\n\n"))
    page = f"<html><title>Harbour to close</title><body><article>{paragraphs}</article></body></html>"
    row = json.loads(run("-", "--jsonl", input=lines({"id": "a", "html": page})).stdout)
    assert row["text"] == ARTICLE


def test_metadata_of_a_record_is_kept() -> None:
    record = {
        "text": ARTICLE,
        "source": "Harbour News",
        "url": "https://n.example/b",
        "published_at": "2026-11-23",
    }
    metadata = json.loads(run("-", "--jsonl", input=lines(record)).stdout)["metadata"]
    assert (metadata["source"], metadata["url"]) == ("Harbour News", "https://n.example/b")
    assert metadata["published_at"] == "2026-11-23T00:00:00Z"


def test_people_see_the_text_and_what_was_removed_and_why(article: Path) -> None:
    shown = run(str(article)).stdout
    assert "said its director, Anna Reed." in " ".join(shown.split())
    assert "read also" in shown
    assert "READ MORE: Ten harbours" in shown


def test_the_count_is_not_among_the_data(article: Path) -> None:
    result = run(str(article), "--jsonl")
    assert result.stderr == "1 document: 1 done\n"
    assert len(result.stdout.splitlines()) == 1


def test_letters_are_written_as_they_are() -> None:
    assert "“We have no choice" in run("-", "--jsonl", input=lines({"text": ARTICLE})).stdout


def test_the_form_can_come_from_the_environment(article: Path) -> None:
    result = run(str(article), env={"COPYDESK_CLEAN_JSONL": "1"})
    assert json.loads(result.stdout)["status"] == "done"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["-", "--json", "--jsonl"], Exit.WRONG_USE),
        ([], Exit.WRONG_USE),
        (["-", "--no-such-option"], Exit.WRONG_USE),
        (["no-such-file.txt"], Exit.NOT_FOUND),
    ],
)
def test_wrong_use_prints_no_data(arguments: list[str], code: Exit) -> None:
    result = run(*arguments, input="")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr


def test_a_run_in_which_nothing_could_be_processed_has_failed() -> None:
    result = run("-", "--jsonl", input="{oops\n")
    assert result.exit_code == Exit.FAILED
    assert json.loads(result.stdout)["status"] == "unprocessable"


def test_one_document_that_cannot_be_processed_does_not_fail_the_others() -> None:
    result = run("-", "--jsonl", input="{oops\n" + lines({"text": ARTICLE}))
    assert result.exit_code == Exit.DONE
    assert [json.loads(line)["status"] for line in result.stdout.splitlines()] == ["unprocessable", "done"]


def test_the_limit_is_an_option() -> None:
    result = run("-", "--jsonl", "--max-bytes", "50", input=lines({"text": ARTICLE}))
    assert json.loads(result.stdout)["reason"].endswith("the limit is 50 bytes (COPYDESK_INGEST_MAX_BYTES)")


SITE = "Our readers keep this paper alive, so please give what you can today."


def scraped(number: int) -> dict[str, object]:
    """One of several pages of a source; each has the site's own sentence in its middle."""
    first, second = (
        f"The {number}th harbour of the {word} will close for {number} weeks in March, the authority said."
        for word in ("east", "west")
    )
    return {"id": str(number), "source": "Harbour News", "text": f"{first}\n\n{SITE}\n\n{second}"}


@pytest.mark.parametrize(
    ("learning", "with_site"),
    [("none", ["4", "5", "6", "7"]), ("stream", ["4", "5"]), ("batch", [])],
)
def test_lines_of_a_source_are_learnt_within_the_run(learning: str, with_site: list[str]) -> None:
    given = lines(*(scraped(number) for number in range(4, 8)))
    result = run("-", "--jsonl", "--learn", learning, input=given)
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["id"] for row in rows] == ["4", "5", "6", "7"]
    assert [row["id"] for row in rows if SITE in row["text"]] == with_site


def test_what_was_removed_is_marked_in_its_place(article: Path) -> None:
    shown = " ".join(run(str(article), "--show-removed").stdout.split())
    assert f"− {FURNITURE} ← read also “We have no choice" in shown


def test_marks_are_for_the_terminal_only(article: Path) -> None:
    result = run(str(article), "--show-removed", "--jsonl")
    assert result.exit_code == Exit.WRONG_USE
    assert "--show-removed" in result.stderr
