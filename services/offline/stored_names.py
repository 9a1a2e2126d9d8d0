"""The names that a store knows by their Wikidata ids, for work that no worker does."""

from services.entities.handler import Directory
from services.entities.linking import Known
from services.store.engine import Patience, connect

ANSWERS_WITHIN = 5.0
"""Seconds: ids are an addition, for which nobody waits long."""


class StoredNames:
    """Reads them as the entities worker does: anew where they were imported anew."""

    def __init__(self, database_url: str) -> None:
        self._engine = connect(database_url, 1, Patience(ANSWERS_WITHIN), connect_within=2)
        self._directory = Directory()

    def read(self) -> Known:
        """The Wikidata ids as they are known now. Raises what SQLAlchemy does where the store is away."""
        with self._engine.connect() as tx:
            return self._directory.read(tx)

    def close(self) -> None:
        """Leave the store."""
        self._engine.dispose()
