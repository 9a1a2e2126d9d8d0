"""A real worker of `entities` or `claims` whose model is a stub that does what the text tells it to.

The words in a text: `poisonword` cannot be processed, `killerword` ends the process, `hangword` never ends,
`failword` raises each time. The first two act in `entities`, the others in `claims`.
"""

import asyncio
import os
import signal
import sys
import threading
from dataclasses import replace
from importlib import import_module
from typing import Any

from schemas import (
    CheckWorthiness,
    Claim,
    ClaimKind,
    EntitiesExtracted,
    Entity,
    EntityKind,
    Mention,
    Provenance,
    Span,
    StageName,
    Unprocessable,
    derive_id,
    find_stage,
)
from services.claims.handler import LedgerEntry
from services.claims.handler import build_handler as build_claims
from services.claims.settings import ClaimsSettings
from services.entities.handler import build_handler as build_entities
from services.entities.settings import EntitiesSettings
from services.kit.app import build_app
from services.kit.settings import Settings
from services.kit.work import Job, carry_on, each

ENTITIES, CLAIMS = find_stage(StageName.ENTITIES), find_stage(StageName.CLAIMS)
CLAIMS_EACH = 2


def end_the_process(number: int) -> None:
    """As an exit, a fault in native code or the kernel's out-of-memory killer do, by turns."""
    match number % 3:
        case 0:
            os._exit(9)
        case 1:
            os.kill(os.getpid(), signal.SIGSEGV)
        case 2:
            os.kill(os.getpid(), signal.SIGKILL)


def extract(job: Job[Any]) -> EntitiesExtracted:
    """One entity: the first word of the text."""
    message = job.message
    if "poisonword" in message.text:
        raise Unprocessable("the text holds the poison word")
    if "killerword" in message.text:
        end_the_process(message.article_id.int)
    word = message.text.split()[0]
    entity_id = derive_id("entity", EntityKind.OTHER, word)
    mention = Mention(
        mention_id=derive_id("mention", message.article_id, 0, len(word), "STUB"),
        entity_id=entity_id,
        span=Span.cut(message.text, 0, len(word)),
        label="STUB",
    )
    return EntitiesExtracted(
        **carry_on(job, ENTITIES),
        metadata=message.metadata,
        text=message.text,
        mentions=(mention,),
        entities=(Entity(entity_id=entity_id, name=word, kind=EntityKind.OTHER),),
    )


def detect(job: Job[Any]) -> LedgerEntry:
    """Two claims: each a piece of the text."""
    message = job.message
    if "hangword" in message.text:
        threading.Event().wait()
    if "failword" in message.text:
        raise RuntimeError("the stub fails here each time")
    claims = tuple(_claim(message, n * 8, n * 8 + 8) for n in range(CLAIMS_EACH))
    return LedgerEntry(
        **carry_on(job, CLAIMS), metadata=message.metadata, claims=claims, entities=message.entities
    )


def _claim(message: Any, start: int, end: int) -> Claim:
    span = Span.cut(message.text, start, end)
    return Claim(
        claim_id=derive_id("claim", message.article_id, start, end),
        kind=ClaimKind.ASSERTED,
        content=(span,),
        text=span.exact,
        check_worthiness=CheckWorthiness(score=0.5),
        provenance=Provenance(method="stub", version="1", confidence=1.0),
    )


def build(stage: str) -> Any:
    """The application of a stage: stub computation, real store and kit."""
    if stage == StageName.ENTITIES:
        handler: Any = replace(build_entities(EntitiesSettings()), load=lambda: each(extract))
    elif stage == StageName.CLAIMS:
        handler = replace(build_claims(ClaimsSettings()), load=lambda: each(detect))
    else:
        return import_module(f"services.{stage}.worker").app
    return build_app(handler, Settings())


def main() -> None:
    """Run until SIGTERM or the end of standard input."""
    app = build(sys.argv[1])

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        app.exit()

    threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    asyncio.run(app.run())


if __name__ == "__main__":
    main()
