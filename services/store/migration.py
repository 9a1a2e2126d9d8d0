"""Bringing the store's tables to the present version."""

from functools import cache
from pathlib import Path

from sqlalchemy import Engine, text

from services.store.engine import unhurried

SCRIPTS = Path(__file__).parent / "migrations"
# Any number: it keeps two migrations from running at once (several workers may start together).
LOCK = 0x636F7079


def migrate(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing; nothing where all is there. Safe to call from many processes at once."""
    # Control asks every half minute: Alembic would make tables of its own each time, which SQLAlchemy keeps.
    if revision == "head" and _read_version(engine) == _find_head():
        return
    # Alembic is loaded where it is needed: most commands change no tables, and it takes a while.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as tx, unhurried(tx):
        tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = tx
        command.upgrade(config, revision)


@cache
def _find_head() -> str | None:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(SCRIPTS)).get_current_head()


def _read_version(engine: Engine) -> str | None:
    """The version that the tables are at; None where there are none."""
    with engine.connect() as connection:
        if connection.execute(text("select to_regclass('alembic_version')")).scalar() is None:
            return None
        return connection.execute(text("select version_num from alembic_version")).scalar()
