"""The store on a real Postgres: its migrations, and one part for each kind of record."""

import ast
import subprocess
import sys
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, event, inspect, select, text
from sqlalchemy.exc import DataError

from services.store.claims import ClaimFilter, find_claims, follow_articles
from services.store.engine import UNREACHABLE, connect
from services.store.migration import SCRIPTS, migrate
from services.store.name_search import find_names
from services.store.tables import claims, cleanings, metadata

OF_ONE_ARTICLE = {
    "articles (article_id, revision, submitted_at)": "(:article, 'a', now())",
    "entities (article_id, entity_id, revision, name, kind, aliases, titles)": (
        "(:article, :entity, 'a', 'Ilse Brandt', 'person', '[]', '[]')"
    ),
    'mentions (article_id, entity_id, mention_id, revision, label, start, "end", exact)': (
        "(:article, :entity, gen_random_uuid(), 'a', 'PERSON', 0, 11, 'Ilse Brandt')"
    ),
}
"""What stands in a store of the sixth version, by table."""

MIGRATE = """
import sys
from services.store.engine import connect
from services.store.migration import migrate
print("here", flush=True)
sys.stdin.readline()
migrate(connect(sys.argv[1]))
"""
REMEMBER = """
insert into source_pages values ('paper', :id, now() - :age * interval '1 day', '{}', '{}', '{}')
"""


def list_tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def find_differences(engine: Engine) -> list[object]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return compare_metadata(context, metadata)


def test_migrations_make_every_table_from_nothing(empty):
    migrate(empty)
    assert list_tables(empty) == {*metadata.tables, "alembic_version"}


def test_migrating_again_is_harmless(empty):
    migrate(empty)
    with empty.begin() as tx:
        tx.execute(
            text("insert into articles (article_id, revision, submitted_at) values (:id, 'a', now())"),
            {"id": uuid4()},
        )
    migrate(empty)
    with empty.connect() as connection:
        assert connection.execute(text("select count(*) from articles")).scalar() == 1


def test_a_present_store_is_only_asked_for_its_version(empty):
    """Control does so twice a minute for months: Alembic's own tables must not pile up in the process."""
    migrate(empty)
    asked: list[str] = []
    event.listen(empty, "before_cursor_execute", lambda *given: asked.append(given[2]))
    migrate(empty)
    assert asked == ["select to_regclass('alembic_version')", "select version_num from alembic_version"]


def test_processes_may_migrate_at_once(empty_url, empty):
    command = [sys.executable, "-c", MIGRATE, empty_url]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    processes = [subprocess.Popen(command, **pipes) for _ in range(2)]
    for process in processes:
        assert process.stdout.readline() == b"here\n"
    for process in processes:
        process.stdin.write(b"go\n")
        process.stdin.flush()
    errors = [process.communicate(timeout=60)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    assert list_tables(empty) == {*metadata.tables, "alembic_version"}


def test_the_migrated_database_is_what_the_tables_say(empty):
    migrate(empty)
    assert find_differences(empty) == []


def test_a_migration_that_is_missing_would_be_found(empty):
    """The comparison above can fail."""
    migrate(empty)
    with empty.begin() as tx:
        tx.execute(text("alter table claims drop column modality"))
        tx.execute(text("drop index ix_claims_claimant"))
    assert {difference[0] for difference in find_differences(empty)} == {"add_column", "add_index"}


def test_a_migration_that_fails_leaves_nothing_half_done(empty):
    """Postgres makes tables within a transaction: the next try begins from nothing again."""
    with empty.begin() as tx:
        tx.execute(text("create table ledger (taken text)"))
    with pytest.raises(Exception, match="ledger"):
        migrate(empty)
    assert list_tables(empty) == {"ledger"}


def test_a_server_that_is_away_is_told_from_a_refused_statement(engine):
    away = connect("postgresql://nobody@127.0.0.1:1/nothing")
    with pytest.raises(UNREACHABLE):
        away.connect()
    with pytest.raises(DataError), engine.connect() as connection:
        connection.execute(text("select 1/0"))


def test_errors_do_not_quote_what_was_to_be_stored(engine):
    """They are logged, and article text is not."""
    with engine.connect() as connection, pytest.raises(DataError) as refused:
        connection.execute(select(text(":words")), {"words": "the minister resigned\0"})
    assert "minister" not in str(refused.value)


def test_entities_that_one_article_had_to_itself_are_there_after_the_migration(empty):
    """Their ids stay as they were until the article is worked on again."""
    migrate(empty, "0006")
    article, entity = uuid4(), uuid4()
    with empty.begin() as tx:
        for table, row in OF_ONE_ARTICLE.items():
            tx.execute(text(f"insert into {table} values {row}"), {"article": article, "entity": entity})
    migrate(empty)
    with empty.connect() as connection:
        joined = text(
            "select e.article_id, e.entity_id from entities e join mentions using (article_id, entity_id)"
        )
        assert connection.execute(joined).one() == (article, entity)


def test_of_articles_cleaned_before_it_was_noted_their_order_says_what_was_known(empty):
    """So that the first of them are looked at again."""
    migrate(empty, "0007")
    with empty.begin() as tx:
        for number in range(3):
            page = {"id": UUID(int=number), "age": number}
            tx.execute(text("insert into articles values (:id, 'a', now())"), page)
            tx.execute(text(REMEMBER), page)
    migrate(empty)
    with empty.connect() as connection:
        rows = connection.execute(select(cleanings).order_by(cleanings.c.article_id)).all()
    assert [(row.source, row.pages, row.again) for row in rows] == [
        ("paper", 3, 0),
        ("paper", 2, 0),
        ("paper", 1, 0),
    ]


STORED_BEFORE_THE_SEARCH = """
insert into articles (article_id, revision, submitted_at, title, source)
    values (:article, 'a', '2026-11-23T12:00Z', 'On the Tarn dam', 'Harbour Post');
insert into entities (article_id, entity_id, revision, name, kind, aliases, titles)
    values (:article, :entity, 'a', 'Ilse Brandt', 'person', '["the mayor"]', '[]');
insert into claims (claim_id, article_id, revision, kind, polarity, modality, claimant, claimant_entity_id,
    text, check_worthiness, position, record)
    values (:article, :article, 'a', 'attributed', 'affirmed', 'stated', 'Ilse Brandt', :entity,
    'repairs cost more', 0.5, 0, jsonb_build_object('about', jsonb_build_array(cast(:entity as uuid))));
"""


def test_claims_that_were_stored_before_are_searched_after_the_migration(empty):
    migrate(empty, "0010")
    article, entity = uuid4(), uuid4()
    with empty.begin() as tx:
        for statement in STORED_BEFORE_THE_SEARCH.split(";")[:-1]:
            tx.execute(text(statement), {"article": article, "entity": entity})
    migrate(empty)
    wanted = ClaimFilter(
        words="repair tarn brandt", source="post", speaker="BRANDT", entity="mayor", entity_id=entity
    )
    with empty.connect() as tx:
        (row,) = find_claims(tx, wanted)
        assert (row.said_at, row.about) == (datetime(2026, 11, 23, 12, tzinfo=UTC), [entity])
        assert [one.entity_id for one in find_names(tx, "Ilse Brant")] == [entity]
        stored = tx.execute(select(claims.c.search)).scalar_one()
    with empty.begin() as tx:
        tx.execute(claims.update().values(source=None))
        follow_articles(tx, [article])
        assert tx.execute(select(claims.c.search, claims.c.source)).one() == (stored, "Harbour Post")


def test_no_migration_hangs_on_code_that_goes_on_changing():
    """Two stores of one version hold the same, whichever release migrated them."""
    for path in (SCRIPTS / "versions").glob("*.py"):
        modules = {
            name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for name in [getattr(node, "module", None), *(one.name for one in node.names)]
        }
        assert not [name for name in modules if name and name.startswith(("services", "schemas"))], path.name


def test_the_search_can_be_taken_back(empty):
    migrate(empty)
    with empty.begin() as tx:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = tx
        command.downgrade(config, "0010")
    assert "names" not in list_tables(empty)
    migrate(empty)
    assert find_differences(empty) == []
