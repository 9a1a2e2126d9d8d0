"""Claims found by their words and by what narrows them, page by page, with facets."""

from services.store.claim_facets import read_facets
from services.store.claims import *
from services.store.highlights import highlight
from tests.integration.test_store_results import _article, desk  # noqa: F401


def test_smoke(desk):
    with desk.connect() as tx:
        for k, v in read_facets(tx, ClaimFilter(words="bridge")).items():
            print(k, v)
        for o in Order:
            rows = find_claims(tx, ClaimFilter(words="bridge or channel or tolls", order=o))
            print(o, [(r.text, r.relevance) for r in rows])
            rest = find_claims(
                tx, ClaimFilter(words="bridge or channel or tolls", order=o, after=read_position(rows[1]))
            )
            assert [r.claim_id for r in rest] == [r.claim_id for r in rows[2:]]
        print(
            highlight(
                tx, 'bridges -safe "cost millions"', ["the bridge cost 41 million", "the bridge is safe <b>"]
            )
        )
        print(read_claim(tx, rows[0].claim_id))
