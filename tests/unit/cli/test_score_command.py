"""`copydesk score`: sentences in, how much each calls for a check out."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from services.claims.checkworthiness import find_weights
from services.cli.exits import Exit
from services.cli.score import score
from services.cli.sentences import Scored

HEAVY = "The port lost 300 ships by 2018, 12 percent more than in any other year."
LIGHT = "Perhaps we should all hope that it will be nice there."

app = typer.Typer()
app.command()(score)


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(app, arguments, **options)


def rows(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_of_text_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text(f"{HEAVY}\n\n{LIGHT}\n", encoding="utf-8")
    result = run(str(path), "--jsonl")
    assert result.exit_code == Exit.DONE
    assert [(row["id"], row["check_worthy"]) for row in rows(result)] == [
        (f"{path}:1", True),
        (f"{path}:3", False),
    ]


def test_a_line_of_json_keeps_its_id_and_its_text() -> None:
    (row,) = rows(run("-", "--jsonl", input=json.dumps({"id": "a", "text": HEAVY})))
    assert (row["id"], row["text"]) == ("a", HEAVY)


def test_reasons_are_given_heaviest_first() -> None:
    (row,) = rows(run("-", "--jsonl", input=HEAVY))
    weights = [abs(reason["weight"]) for reason in row["reasons"]]
    assert "figures" in {reason["reason"] for reason in row["reasons"]}
    assert weights == sorted(weights, reverse=True)


def test_the_threshold_decides_the_label() -> None:
    (row,) = rows(run("-", "--jsonl", "--threshold", "1", input=HEAVY))
    assert row["score"] < 1
    assert row["check_worthy"] is False


def test_the_label_follows_the_threshold_that_was_chosen_with_the_weights() -> None:
    given = "\n".join(["The port lost 300 ships.", "The mayor opposes the plan.", HEAVY, LIGHT])
    found = [Scored.model_validate(row) for row in rows(run("-", "--jsonl", input=given))]
    assert {one.check_worthy for one in found} == {True, False}
    assert all(one.check_worthy == (one.score >= find_weights(one.reasons).threshold) for one in found)


def test_a_known_share_moves_all_scores_and_no_reason() -> None:
    (usual,) = rows(run("-", "--jsonl", input=HEAVY))
    (rare,) = rows(run("-", "--jsonl", "--base-rate", "0.05", input=HEAVY))
    assert rare["score"] < usual["score"]
    assert rare["reasons"] == usual["reasons"]


def test_to_adapt_moves_the_scores_and_keeps_the_order_of_lines() -> None:
    """A broken line stays in its place, though all are read before the first is printed."""
    given = b"\n".join([b"The mayor opposes the plan.", b"\xff", *[HEAVY.encode()] * 20])
    plain, adapted = (rows(run("-", "--jsonl", *options, input=given)) for options in ([], ["--adapt"]))
    assert [row["id"] for row in adapted] == [row["id"] for row in plain]
    assert "error" in adapted[1]
    assert adapted[0]["score"] > plain[0]["score"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "chosen with the weights"),
        (["--threshold", "0.4"], "check-worthy from 0.4 on, by --threshold"),
        (["--adapt"], "told from the scores of all these sentences (--adapt)"),
        (["--base-rate", "0.1"], "scores hold where 10.0% are worth a check (--base-rate)"),
    ],
)
def test_it_is_said_where_the_threshold_comes_from(options: list[str], told: str) -> None:
    result = run("-", "--jsonl", *options, input=f"{HEAVY}\n{LIGHT}")
    first, second = (row["threshold"] for row in rows(result))
    assert first == second
    assert told in result.stderr


def test_to_adapt_to_nothing_fails_as_without() -> None:
    assert run("-", "--jsonl", "--adapt", input='{"id": "a"}').exit_code == Exit.FAILED


def test_a_share_is_either_given_or_told_from_the_sentences() -> None:
    assert run("-", "--adapt", "--base-rate", "0.3", input=HEAVY).exit_code == Exit.WRONG_USE


def test_a_wrong_line_says_so_in_its_place_and_harms_no_other() -> None:
    given = b'{"id": "a"}\n{"id": \n\xff\n' + HEAVY.encode()
    result = run("-", "--jsonl", input=given)
    assert result.exit_code == Exit.DONE
    assert [(row["id"], "error" in row) for row in rows(result)] == [
        ("a", True),
        ("-:2", True),
        ("-:3", True),
        ("-:4", False),
    ]
    assert "4 sentences, 3 of them could not be read" in result.stderr


def test_the_command_fails_where_no_line_could_be_read() -> None:
    assert run("-", "--jsonl", input='{"id": "a"}').exit_code == Exit.FAILED


def test_people_see_a_table() -> None:
    result = run("-", input=LIGHT)
    assert result.exit_code == Exit.DONE
    assert "prediction" in result.stdout


def test_a_file_that_is_not_there_is_said_before_the_work(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none.txt")).exit_code == Exit.NOT_FOUND


def test_a_folder_is_wrong_use(tmp_path: Path) -> None:
    assert run(str(tmp_path)).exit_code == Exit.WRONG_USE
