"""Bringing the store's tables to the present version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from services.store.engine import unhurried

SCRIPTS = Path(__file__).parent / "migrations"
# Any number: it keeps two migrations from running at once (several workers may start together).
LOCK = 0x636F7079


def migrate(engine: Engine, revision: str = "head") -> None:
    """Apply what is missing; nothing where all is there. Safe to call from many processes at once."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    with engine.begin() as tx, unhurried(tx):
        tx.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        config.attributes["connection"] = tx
        command.upgrade(config, revision)
