"""Claims as the last stage tells them, and as it stores them."""

from services.desk.live.detected import STREAM
from services.kit.wire import FIELD, encode
from services.store.articles import save_arrival
from services.store.claims import save_claims
from services.store.texts import save_texts
from tests.integration.records import make_arrival, make_claim, make_cleaned, make_detected


def detect(number: int, *texts: str, **claim: object):
    claims = [make_claim(text, article=number, start=100 * at, **claim) for at, text in enumerate(texts)]
    return make_detected(*claims, article=number)


async def tell(redis, *messages, **options: object) -> list[str]:
    return [(await redis.xadd(STREAM, {FIELD: encode(one)}, **options)).decode() for one in messages]


def store(engine, *messages) -> None:
    with engine.begin() as tx:
        for number, one in enumerate(messages, 1):
            save_arrival(tx, make_arrival(number, title=f"Title {number}", source="Harbour Post"))
            save_texts(tx, [make_cleaned(number, title=f"Title {number}", source="Harbour Post")])
            save_claims(tx, [one])
