"""A client of the desk's API: publish, follow to the end, search, stream, replay.

    with Client("http://127.0.0.1:8400", token="…") as desk:
        handed_in = desk.publish(text="The mayor said the bridge is safe.", source="The Herald")
        desk.follow(handed_in)
        for claim in desk.find_claims(q="bridge", min_score=0.7):
            print(claim.claimant, claim.text)

`AsyncClient` has the same calls to be awaited. docs/client.md has five examples.
"""

from services.client.asynchronous import AsyncClient
from services.client.errors import DeskAway, DeskError, NotEnded
from services.client.records import Article, DeadLetter, HandedIn, LedgerClaim, Replayed
from services.client.synchronous import Client

__all__ = [
    "Article",
    "AsyncClient",
    "Client",
    "DeadLetter",
    "DeskAway",
    "DeskError",
    "HandedIn",
    "LedgerClaim",
    "NotEnded",
    "Replayed",
]
