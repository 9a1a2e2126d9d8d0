"""The digest: in the store, as text, JSON, a mail and a page."""

import json
from datetime import date

import pytest
from lxml import html
from typer.testing import CliRunner

from services.cli.main import app
from services.cli.matching import Matcher
from services.desk.digesting import bound_day, describe_digest, write_mail, write_text
from services.store.digest import read_digest
from services.store.triage import Judgement, TriageState, save_judgement
from tests.desk.payloads import PAYLOADS
from tests.desk.rows import save_story
from tests.integration.telling import tell

DAY = bound_day(date(2026, 11, 23))


def read(engine, limit=10, bounds=DAY):
    with engine.connect() as tx:
        return read_digest(tx, *bounds, limit)


def judge(engine, claim, state, note=""):
    with engine.begin() as tx:
        save_judgement(tx, Judgement(claim.claim_id, "marta", state, note))


def test_a_day_has_what_was_published_on_it(engine):
    story = save_story(engine)
    digest = read(engine)
    assert (digest.claims, digest.articles) == (4, 1)
    assert [row.text for row in digest.worthy][:2] == [story.outer.text, story.inner.text]
    assert [(one.name, one.claims) for one in digest.speakers] == [("Harbour Board", 2), ("Ilse Brandt", 1)]
    another = read(engine, bounds=bound_day(date(2026, 11, 24)))
    assert (another.claims, another.articles, list(another.worthy)) == (0, 0, [])


def test_what_is_settled_is_left_out_and_what_is_to_be_checked_stands_apart(engine):
    story = save_story(engine)
    judge(engine, story.outer, TriageState.TO_CHECK, "call the board")
    judge(engine, story.inner, TriageState.CHECKED)
    digest = read(engine)
    assert story.outer.text not in {row.text for row in digest.worthy}
    assert story.inner.text not in {row.text for row in digest.worthy}
    assert [(row.text, row.note) for row in digest.to_check] == [(story.outer.text, "call the board")]


@pytest.mark.parametrize(
    ("later", "first_day", "second_day"), [(24 * 60, [], [1]), (60, [1], []), (0, [1], [])]
)
def test_what_was_said_again_stands_in_the_day_on_which_it_was(engine, later, first_day, second_day):
    """Not in that of the first telling, once another day has told it again."""
    said = "The bridge in Osterby cost 41 million euros, the council found in May."
    tell(engine, 1, said)
    tell(engine, 2, said, minute=later)
    Matcher().match(engine)
    days = [read(engine, bounds=bound_day(date(2026, 11, day))).again for day in (23, 24)]
    assert [[row.repetitions for row in again] for again in days] == [first_day, second_day]


def test_as_text_what_is_denied_is_not_shown_as_said(engine):
    story = save_story(engine)
    judge(engine, story.outer, TriageState.TO_CHECK, "call")
    text = write_text(read(engine))
    assert text.startswith("Digest of 23 Nov 2026\n")
    assert "Harbour Board: denied: it was late" in " ".join(text.split())
    assert "(marta," in text
    assert max(map(len, text.splitlines())) <= 78


def test_a_mail_loads_nothing_and_keeps_payloads_words(engine):
    for number, payload in enumerate(PAYLOADS[:30], 1):
        save_story(engine, number, title=payload, source=payload)
    story = save_story(engine, 99)
    judge(engine, story.outer, TriageState.TO_CHECK, PAYLOADS[0])
    mail = html.document_fromstring(write_mail(read(engine, limit=200), "https://desk.example/"))
    tags = {element.tag for element in mail.iter()}
    assert tags <= {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "b", "span", "br", "a"}
    for element in mail.iter():
        assert set(element.attrib) <= {"style", "href", "lang", "charset", "name", "content"}
        assert element.get("href", "https://desk.example/").startswith("https://desk.example/")
    assert PAYLOADS[0] in mail.text_content()


def test_as_json_ids_and_times_are_text(engine):
    save_story(engine)
    described = json.loads(json.dumps(describe_digest(read(engine))))
    assert described["worthy"][0]["article"]["title"] == "What the bridge cost"
    assert described["since"] == "2026-11-23T00:00:00+00:00"


@pytest.mark.parametrize("form", [[], ["--json"], ["--html", "--address", "https://desk.example"]])
def test_the_command_prints_it(servers, engine, monkeypatch, tmp_path, form):
    save_story(engine)
    monkeypatch.setenv("COPYDESK_REDIS_URL", servers.redis_url)
    monkeypatch.setenv("COPYDESK_DATABASE_URL", servers.database_url)
    result = CliRunner().invoke(app, ["digest", "--date", "2026-11-23", "--home", str(tmp_path), *form])
    assert result.exit_code == 0, result.output
    assert "the bridge cost 41 million euros" in " ".join(result.stdout.split())


@pytest.mark.parametrize(
    "options",
    [
        ["--date", "x"],
        ["--date", "9999-12-31"],
        ["--date", "0001-01-01"],
        ["--date", "2026-11-23", "--since", "2026-11-22"],
        ["--address", "ftp://x"],
    ],
)
def test_wrong_options_are_refused(tmp_path, options):
    refused = CliRunner().invoke(app, ["digest", "--home", str(tmp_path), *options])
    assert (refused.exit_code, options[0] in refused.stderr) == (2, True)
