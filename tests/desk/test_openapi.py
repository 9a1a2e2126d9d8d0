"""What the desk answers is what its OpenAPI document says, whatever is asked."""

import asyncio
import contextlib
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from schemas import StageName, derive_id
from services.desk.access import Scope
from services.desk.application import build_application
from services.desk.settings import DeskSettings
from services.desk.webhooks.signing import make_secret
from services.store.dead_letters import add_dead_letters
from services.store.entities import save_entities
from services.store.ledger import record_entries
from services.store.texts import save_texts
from services.store.webhooks import add_webhook
from tests.desk.conftest import WORDS
from tests.desk.test_claims import make_claims, store_claims
from tests.integration.records import (
    make_claim,
    make_cleaned,
    make_entity,
    make_entry,
    make_extracted,
    make_letter,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 4
"""Requests of each kind to each operation, for each scope."""
DOCUMENT = build_application(DeskSettings(), lambda: None).openapi()
ENDLESS = ("/api/v1/claims/stream", "/api/v1/pipeline/stream")
"""Paths of streams of events: whoever waits for the whole answer waits for ever."""
ASKED = {**DOCUMENT, "paths": {path: one for path, one in DOCUMENT["paths"].items() if path not in ENDLESS}}
BOARD = make_entity("Harbour Board")
KNOWN = {
    "article_id": str(derive_id("article", 1)),
    "claim_id": str(derive_id("claim", 1, "The bridge cost 1 million euros.")),
    "entity_id": str(BOARD.entity_id),
    "stage": "clean",
    "webhook_id": str(derive_id("webhook", 1)),
}


@pytest.fixture
def furnished(engine, house) -> None:
    """A store with a little of everything."""
    denied = make_claim("The board disagreed.", 0.4, start=900, claimant=BOARD, about=(BOARD,))
    with engine.begin() as tx:
        add_dead_letters(tx, [make_letter(n) for n in range(1, 4)])
        add_dead_letters(tx, [make_letter(4, reason="the entry has no field '__data__'", payload=b"\xff")])
    hook = {"url": "http://127.0.0.1/", "filter": {}, "secret": make_secret(), "since_entry": "0-0"}
    with engine.begin() as tx:
        add_webhook(tx, derive_id("webhook", 1), **hook)
    store_claims(engine, 1, *make_claims(1, 5), denied)
    with engine.begin() as tx:
        save_texts(tx, [make_cleaned()])
        save_entities(tx, [make_extracted(BOARD)])
        record_entries(tx, [make_entry(stage=stage) for stage in StageName])
        record_entries(tx, [make_entry(2, stage=StageName.CLEAN)])


def list_operations(schema) -> Iterator[schemathesis.APIOperation]:
    for found in schema.get_all_operations():
        yield found.ok()


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("scope", [None, *Scope])
async def test_all_answers_are_as_documented(desk, furnished, scope):
    schema = schemathesis.openapi.from_dict(ASKED)
    headers = {"Authorization": f"Bearer {WORDS[scope]}"} if scope else {}
    answered: dict[str, set[int]] = {}

    def ask(operation, mode, known) -> None:
        @hypothesis.settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def each(case) -> None:
            if known:
                case.path_parameters.update(
                    {name: value for name, value in KNOWN.items() if name in case.path_parameters}
                )
            answer = case.call_and_validate(base_url=desk.address, headers=headers, checks=CHECKS)
            answered.setdefault(operation.label, set()).add(answer.status_code)

        # What takes nothing cannot be asked wrongly.
        with contextlib.suppress(*([Unsatisfiable] if mode is GenerationMode.NEGATIVE else [])):
            each()

    for operation in list_operations(schema):
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for known in {False, bool(operation.path_parameters)}:
                await asyncio.to_thread(ask, operation, mode, known)
    assert len(answered) == sum(len(operations) for operations in ASKED["paths"].values())
    check_seen(answered, scope)


def check_seen(answered: dict[str, set[int]], scope: Scope | None) -> None:
    """Most operations did something: a document of refusals would fit as well."""
    done = {label for label, statuses in answered.items() if min(statuses) < 400}
    refused = {label for label, statuses in answered.items() if statuses <= {401, 403}}
    reading = {label for label in answered if label.startswith("GET")}
    not_there = {"GET /api/v1/dead-letters/{dead_id}", "GET /api/v1/webhooks/{webhook_id}/deliveries"}
    of_operators = {label for label in reading if "/webhooks" in label}
    assert reading - done <= not_there | (set() if scope is Scope.OPERATE else of_operators & refused)
    changing = set(answered) - reading
    if scope in (None, Scope.READ):
        assert changing <= refused
    elif scope is Scope.SUBMIT:
        assert {label for label in changing if "/articles" in label} & done
    else:
        assert {label for label in changing if "/pipeline" in label} <= done


def test_the_document_says_what_it_is():
    assert DOCUMENT["openapi"].startswith("3.1")
    paths = DOCUMENT["paths"].items()
    operations = [one for path, some in paths if path.startswith("/api/") for one in some.values()]
    ids = [one["operationId"] for one in operations]
    assert len(ids) == len(set(ids))
    for one in operations:
        assert one["summary"]
        assert one["tags"]
        for status, answer in one["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"])[0] == "application/problem+json", one["operationId"]
