"""`copydesk analyze`: documents in, entities and claims out, without servers."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from schemas import MediaType, Metadata, derive_id
from services.cli.analyze import analyze
from services.cli.exits import Exit
from services.offline import analysis as offline
from services.offline.documents import Document, Refused
from services.offline.results import Analysis, Status

ARTICLE = (
    "The harbour of Eastmouth will close for three weeks in March, the port authority said on Tuesday.\n\n"
    "“We have no choice, because the gates are sixty years old,” said its director, Anna Reed. "
    "Reed said that the work would cost two million pounds.\n\n"
    "READ MORE: Ten harbours that you should visit this summer\n\n"
    "Fishermen told the council that they would lose a third of their income."
)
ODD = "  Anna Reed said\r\nthat the cafe\u0301 would open. \x00\t\n\n\n\nâ€œNo,â€\x9d Tom Hall said.  \n"

app = typer.Typer()
app.command()(analyze)


@pytest.fixture(autouse=True)
def _no_store(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Servers that the developer has started are not asked."""
    monkeypatch.setenv("COPYDESK_HOME", str(tmp_path / "no home"))


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(app, arguments, **options)


def lines(*records: dict[str, object]) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def document(name: str, content: str) -> Document:
    return Document(name, derive_id("article", "content", content), content, MediaType.TEXT, Metadata())


@pytest.fixture(scope="module")
def models() -> offline.Models:
    return offline.load_models()


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """What the command prints of an article, a text that is too short, a bad line and an article."""
    given_lines = [{"id": "a", "text": ARTICLE}, {"id": "b", "text": "Short."}, {"id": "c"}]
    result = run("-", "--jsonl", input=lines(*given_lines, {"id": "d", "text": ARTICLE}))
    assert result.exit_code == Exit.DONE
    assert result.stderr == "4 documents: 2 done, 1 skipped, 1 unprocessable\n"
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_result_is_a_line_in_the_order_of_the_input(rows: list[dict[str, Any]]) -> None:
    assert [(row["id"], row["status"]) for row in rows] == [
        ("a", "done"),
        ("b", "skipped"),
        ("c", "unprocessable"),
        ("d", "done"),
    ]
    assert [bool(row.get("reason")) for row in rows] == [False, True, True, False]


def test_a_result_holds_what_the_contract_says(rows: list[dict[str, Any]]) -> None:
    analysis = Analysis.model_validate(rows[0])
    assert "READ MORE" not in analysis.text
    assert [cut.exact for cut in analysis.removed] == [
        "READ MORE: Ten harbours that you should visit this summer"
    ]
    assert "Anna Reed" in [entity.name for entity in analysis.entities]
    assert "Anna Reed" in [claim.claimant.name for claim in analysis.claims if claim.claimant]


def test_every_span_holds_in_the_text(rows: list[dict[str, Any]]) -> None:
    analysis = Analysis.model_validate(rows[0])
    spans = [mention.span for mention in analysis.mentions]
    spans += [span for claim in analysis.claims for span in claim.content]
    assert spans
    assert all(span.fits(analysis.text) for span in spans)


def test_the_same_article_gives_the_same_results(rows: list[dict[str, Any]]) -> None:
    assert {**rows[3], "id": "a"} == rows[0]


def test_verbatim_text_comes_out_as_it_went_in() -> None:
    result = run("-", "--jsonl", "--verbatim", input=lines({"id": "a", "text": ODD}, {"id": "b", "text": ""}))
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["status"], first["text"]) == ("done", ODD)
    assert (second["status"], second["text"], second["claims"]) == ("done", "", [])


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from("Ann Reed said. \r\n\t\x00\u0301\u00a0“”'’é\U0001f600"), max_size=80
    )
)
def test_any_verbatim_text_is_kept_and_its_spans_hold(models: offline.Models, text: str) -> None:
    (analysis,) = offline.analyze_documents([document("a", text)], verbatim=True, models=models)
    assert analysis.status is Status.DONE
    assert analysis.text == text
    assert all(mention.span.fits(text) for mention in analysis.mentions)
    assert all(span.fits(text) for claim in analysis.claims for span in claim.content)


def test_order_is_kept_over_batches(models: offline.Models) -> None:
    given_documents: list[Document | Refused] = [
        document(str(number), f"Anna Reed said that {number} boats were lost.")
        if number % 5
        else Refused(str(number), Status.SKIPPED, "empty")
        for number in range(2 * offline.BATCH + 3)
    ]
    analyses = list(offline.analyze_documents(given_documents, verbatim=True, models=models))
    assert [analysis.id for analysis in analyses] == [item.id for item in given_documents]
    assert all(f" {one.id} boats" in one.text for one in analyses if one.status is Status.DONE)


def test_results_come_before_the_input_ends(models: offline.Models) -> None:
    taken = 0

    def endless() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield document(str(taken), "Anna Reed said that the boat was lost.")

    assert next(offline.analyze_documents(endless(), verbatim=True, models=models)).id == "1"
    assert taken == offline.BATCH


def test_a_document_on_which_a_model_fails_does_not_harm_its_neighbours(
    models: offline.Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    def detect(nlp: object, articles: Any, **_: Any) -> list[tuple[()]]:
        if any("lost" in article.text for article in articles):
            raise RuntimeError("the parser gave up")
        return [() for _ in articles]

    monkeypatch.setattr(offline, "detect", detect)
    texts = ["Anna Reed spoke.", "The boat was lost.", "Tom Hall spoke."]
    documents = [document(text, text) for text in texts]
    first, second, third = offline.analyze_documents(documents, verbatim=True, models=models)
    assert (first.status, third.status) == (Status.DONE, Status.DONE)
    assert (second.status, second.reason) == (Status.UNPROCESSABLE, "RuntimeError: the parser gave up")


def test_people_see_the_text_and_the_claims(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    shown = " ".join(run(str(path)).stdout.split())
    assert "*Fishermen* _told_ the council [" in shown
    assert "found as" in shown
    assert "Anna Reed" in shown
    assert "found by" not in shown


def test_people_can_ask_why(tmp_path: Path) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    shown = run(str(path), "--explain").stdout
    for asked in ("cue", "found by", "claimant", "check"):
        assert f"\n   {asked}  " in shown
    assert "told (tell)" in shown


def test_people_are_told_what_the_scores_hold_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "harbour.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    usual = " ".join(run(str(path), "--explain").stdout.split())
    monkeypatch.setenv("COPYDESK_CLAIMS_BASE_RATE", "0.05")
    moved = " ".join(run(str(path), "--explain").stdout.split())
    assert "of the statements are worth a check (the newest debates of the training part)" in usual
    assert "where 5.0% of the statements are worth a check (COPYDESK_CLAIMS_BASE_RATE)" in moved
    assert "claims from 0.83 on (COPYDESK_CLAIMS_ASSERTED_FROM)" in usual


def test_a_desk_that_says_its_share_gets_scores_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = json.loads(run("-", "--jsonl", input=lines({"text": ARTICLE})).stdout)["claims"]
    monkeypatch.setenv("COPYDESK_CLAIMS_BASE_RATE", "0.05")
    moved = json.loads(run("-", "--jsonl", input=lines({"text": ARTICLE})).stdout)["claims"]
    scores = [[one["check_worthiness"]["score"] for one in claims] for claims in (usual, moved)]
    assert all(after < before for before, after in zip(*scores, strict=True))


def test_json_is_the_same_with_and_without_the_question_why() -> None:
    given_line = lines({"text": ARTICLE})
    assert (
        run("-", "--jsonl", input=given_line).stdout
        == run("-", "--jsonl", "--explain", input=given_line).stdout
    )


@pytest.mark.parametrize("given_input", ['{"html": "<p>One.</p>"}', "<!doctype html><p>One.</p>"])
def test_a_page_cannot_be_analyzed_verbatim(given_input: str) -> None:
    result = run("-", "--verbatim", "--jsonl", input=given_input)
    assert (result.exit_code, result.stdout) == (Exit.WRONG_USE, "")
    assert "leave --verbatim out" in result.stderr


def test_verbatim_can_come_from_the_environment() -> None:
    result = run("-", "--json", input=lines({"text": "Short."}), env={"COPYDESK_ANALYZE_VERBATIM": "1"})
    assert [row["status"] for row in json.loads(result.stdout)] == ["done"]


def test_a_missing_file_is_not_found() -> None:
    assert run("no-such-file.txt").exit_code == Exit.NOT_FOUND


def test_a_table_of_ones_own_gives_wikidata_ids(tmp_path: Path):
    table = tmp_path / "known.csv"
    table.write_text(
        "name,kind,wikidata,aliases\nAnna M. Reed,person,Q11,Anna Reed\nReed,organization,Q12,\n"
    )
    result = run("-", "--jsonl", "--known", str(table), input=lines({"id": "a", "text": ARTICLE}))
    assert result.exit_code == Exit.DONE
    entities = json.loads(result.stdout)["entities"]
    assert {one["name"]: one["wikidata"] for one in entities if one["wikidata"]} == {"Anna Reed": "Q11"}


def test_a_table_that_is_none_is_named(tmp_path: Path):
    table = tmp_path / "known.csv"
    table.write_text("name,kind,wikidata\nAnna Reed,person,11\n")
    result = run("-", "--known", str(table), input=ARTICLE)
    assert (result.exit_code, result.stdout) == (Exit.WRONG_USE, "")
    assert "known.csv: line 2: wikidata" in " ".join(result.stderr.split())


def test_a_store_that_is_away_costs_no_more_than_the_ids(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COPYDESK_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    result = run("-", "--jsonl", input=lines({"id": "a", "text": ARTICLE}))
    assert result.exit_code == Exit.DONE
    assert result.stderr.startswith("no Wikidata ids: the store does not tell the known names: ")
    assert {one["wikidata"] for one in json.loads(result.stdout)["entities"]} == {None}
