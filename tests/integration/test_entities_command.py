"""`copydesk entities`: a table of one's own gives entities their Wikidata ids, without any network."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner, Result

from schemas import EntityKind, StageName, derive_id, find_stage
from services.cli.exits import Exit
from services.cli.main import app
from services.control.rebuilding import rebuild
from services.embedded import Addresses
from services.entities.handler import Directory, build_handler
from services.entities.settings import EntitiesSettings
from services.kit.work import Job
from services.store.articles import save_arrival
from services.store.entities import save_entities
from services.store.owed import Owed
from services.store.tables import entities, known_names
from services.store.texts import save_texts
from tests.integration.records import NOON, make_arrival, make_cleaned, make_entity, make_extracted

Command = Callable[..., Result]
BOARD = make_entity("Harbour Board", "the Board")
BRANDT = make_entity("Ilse Brandt").model_copy(update={"kind": EntityKind.PERSON})
TABLE = "name,kind,wikidata,aliases\nHarbour Board,organization,Q12,HB\nIlse Brandt,person,Q11,\n"


@pytest.fixture
def copydesk(servers: Addresses) -> Command:
    """The command on the test's servers."""
    environment = {"COPYDESK_REDIS_URL": servers.redis_url, "COPYDESK_DATABASE_URL": servers.database_url}

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["entities", *arguments], env=environment)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "entities.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def stored(engine: Engine) -> Engine:
    """The board in three articles, the mayor in one of them."""
    with engine.begin() as tx:
        for article in (1, 2, 3):
            save_arrival(tx, make_arrival(article))
        save_texts(tx, [make_cleaned()])
        save_entities(
            tx,
            [
                make_extracted(BOARD, BRANDT),
                make_extracted(BOARD.model_copy(update={"aliases": ()}), article=2),
                make_extracted(BOARD.model_copy(update={"name": "HARBOUR BOARD", "aliases": ()}), article=3),
            ],
        )
    return engine


def ids(engine: Engine) -> dict[str, str | None]:
    """The Wikidata id of each name in the store."""
    with engine.connect() as connection:
        rows = connection.execute(select(entities.c.name, entities.c.wikidata).distinct()).all()
    return {row.name: row.wikidata for row in rows}


def listed(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == Exit.DONE
    return json.loads(result.stdout)


def test_stored_entities_get_their_ids_at_once(copydesk, stored, file):
    result = copydesk("import", str(file))
    assert (result.exit_code, result.stdout) == (Exit.DONE, "")
    assert "2 entities imported; 3 names in stored articles have another id now" in " ".join(
        result.stderr.split()
    )
    assert ids(stored) == {"Harbour Board": "Q12", "HARBOUR BOARD": "Q12", "Ilse Brandt": "Q11"}


def test_importing_again_changes_nothing(copydesk, stored, file):
    copydesk("import", str(file))
    assert "0 names" in copydesk("import", str(file)).stderr
    assert ids(stored)["Ilse Brandt"] == "Q11"


def test_an_import_replaces_what_was_known_of_its_ids_and_keeps_the_rest(copydesk, stored, file):
    copydesk("import", str(file))
    file.write_text("name,kind,wikidata\nPort Board,organization,Q12\n")
    copydesk("import", str(file))
    assert ids(stored) == {"Harbour Board": None, "HARBOUR BOARD": None, "Ilse Brandt": "Q11"}


def test_replace_forgets_all_that_was_imported_before(copydesk, stored, file):
    copydesk("import", str(file))
    file.write_text("name,kind,wikidata\nHarbour Board,organization,Q99\n")
    copydesk("import", str(file), "--replace")
    assert ids(stored) == {"Harbour Board": "Q99", "HARBOUR BOARD": "Q99", "Ilse Brandt": None}


def test_a_wrong_line_is_named_and_nothing_is_imported(copydesk, stored, file):
    file.write_text(TABLE + "Tom Hall,mayor,Q13,\n")
    result = copydesk("import", str(file))
    assert result.exit_code == Exit.WRONG_USE
    assert "line 4: kind" in " ".join(result.stderr.split())
    assert set(ids(stored).values()) == {None}


def test_a_table_with_more_names_than_a_statement_takes_parameters_is_imported(copydesk, stored, file):
    """Postgres takes 65,535 parameters a statement."""
    file.write_text(TABLE + "".join(f"Quay {n},place,Q{n},\n" for n in range(1000, 67_000)))
    assert copydesk("import", str(file)).exit_code == Exit.DONE
    with stored.connect() as connection:
        assert len(connection.execute(select(known_names.c.key)).all()) == 66_003


def test_a_worker_knows_of_an_import_in_its_next_turn(copydesk, stored, file):
    directory, board = Directory(), (EntityKind.ORGANIZATION, "harbour board")
    with stored.connect() as connection:
        assert directory.read(connection) == {}
    copydesk("import", str(file))
    with stored.connect() as connection:
        known = directory.read(connection)
        assert known[board] == known[EntityKind.ORGANIZATION, "hb"] == "Q12"
        assert directory.read(connection) is known


def test_what_a_worker_hands_on_has_the_ids(copydesk, stored, file):
    file.write_text("name,kind,wikidata,aliases\nIlse Brandt,person,Q11,\n")
    copydesk("import", str(file))
    handler = build_handler(EntitiesSettings())
    job = Job(make_cleaned(text="Mayor Ilse Brandt met John Smith. Brandt left."), "1-0", 1, NOON)
    with stored.connect() as connection:
        recalled = handler.recall(connection, [job])
    [message] = handler.load()([job._replace(recalled=recalled)])
    assert {entity.name: entity.wikidata for entity in message.entities} == {
        "Ilse Brandt": "Q11",
        "John Smith": None,
    }


def test_a_worker_knows_when_all_was_forgotten(copydesk, stored, file):
    directory = Directory()
    copydesk("import", str(file))
    with stored.connect() as connection:
        assert directory.read(connection)
    file.write_text("name,kind,wikidata\n")
    copydesk("import", str(file), "--replace")
    with stored.connect() as connection:
        assert directory.read(connection) == {}


def test_a_message_made_again_from_the_store_has_the_ids(copydesk, stored, file):
    copydesk("import", str(file))
    article = make_arrival(1).article
    owed = Owed(article.article_id, article.revision, None)
    [(_, message)] = rebuild(stored, find_stage(StageName.CLAIMS), [owed])
    assert [entity.wikidata for entity in message.entities] == ["Q12", "Q11"]


def test_entities_are_listed_over_all_articles_most_named_first(copydesk, stored, file):
    copydesk("import", str(file))
    assert listed(copydesk("ls", "--json")) == [
        {
            "entity_id": str(derive_id("entity", "Harbour Board")),
            "name": "Harbour Board",
            "kind": "organization",
            "wikidata": "Q12",
            "articles": 3,
            "mentions": 3,
        },
        {
            "entity_id": str(derive_id("entity", "Ilse Brandt")),
            "name": "Ilse Brandt",
            "kind": "person",
            "wikidata": "Q11",
            "articles": 1,
            "mentions": 1,
        },
    ]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (["--name", "BRANDT"], ["Ilse Brandt"]),
        (["--name", "the board"], ["Harbour Board"]),
        (["--name", "%"], []),
        (["--kind", "person"], ["Ilse Brandt"]),
        (["--limit", "1"], ["Harbour Board"]),
    ],
)
def test_a_list_is_narrowed_by_name_alias_kind_and_number(copydesk, stored, options, found):
    assert [row["name"] for row in listed(copydesk("ls", "--json", *options))] == found


def test_a_name_counts_in_all_articles_of_its_entity(copydesk, stored):
    """Only one article knows the board by its alias."""
    (row,) = listed(copydesk("ls", "--json", "--name", "the board"))
    assert (row["articles"], row["mentions"]) == (3, 3)


def test_people_see_a_table(copydesk, stored):
    shown = copydesk("ls").stdout
    assert "Harbour" in shown
    assert "articles" in shown


def test_an_analysis_without_workers_knows_what_the_store_knows(servers, copydesk, stored, file):
    copydesk("import", str(file))
    text = "Ilse Brandt said on Monday that the bridge at Ilvern would open in May, as it was planned."
    result = CliRunner().invoke(
        app,
        ["analyze", "-", "--verbatim", "--jsonl"],
        input=json.dumps({"id": "a", "text": text}),
        env={"COPYDESK_DATABASE_URL": servers.database_url},
    )
    assert result.exit_code == Exit.DONE
    ids_found = {one["name"]: one["wikidata"] for one in json.loads(result.stdout)["entities"]}
    assert ids_found == {"Ilse Brandt": "Q11", "Ilvern": None}
