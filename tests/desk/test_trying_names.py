"""*Try it* gives entities the Wikidata ids that the store's table has for their names."""

from sqlalchemy import Engine

from schemas import ArticleSubmitted, EntityKind
from services.desk.analyst import Analyst
from services.entities.linking import normalise
from services.kit.settings import Settings
from services.offline.process import find_names
from services.store.known_names import import_names

LONG = 90.0
TEXT = (
    "The Harbour Board said on Monday that the bridge at Ilvern had cost 41 million euros. Mayor Ilse Brandt "
    "told the council that it was worth every euro, and that the ferry would go on until the summer."
)


def know(engine: Engine, wikidata: str) -> None:
    """Import a table in which the board has this id, and nothing else stands."""
    kind = EntityKind.ORGANIZATION
    row = {
        "kind": kind.value,
        "key": normalise(kind, "Harbour Board"),
        "wikidata": wikidata,
        "is_alias": False,
    }
    with engine.begin() as tx:
        import_names(tx, [row], replace=True)


async def test_a_name_has_the_id_that_was_imported_last(desk, engine):
    async with desk.client("submit", timeout=LONG) as client:
        for wikidata in ("Q12", "Q13"):
            know(engine, wikidata)
            found = (await client.post("/api/v1/analyze", json={"content": TEXT})).json()["entities"]
            assert {one["name"]: one["wikidata"] for one in found}["Harbour Board"] == wikidata


async def test_without_an_answer_of_the_store_there_are_no_ids():
    analyst = Analyst(LONG, database_url="postgresql://127.0.0.1:1/none")
    found = (await analyst.analyze(ArticleSubmitted(text=TEXT))).entities
    await analyst.close()
    assert {one.name: one.wikidata for one in found}["Harbour Board"] is None


def test_no_store_is_asked_that_nobody_named():
    assert find_names(Settings())() == {}
