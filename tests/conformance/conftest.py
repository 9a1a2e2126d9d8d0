"""Each test of this folder runs once for every stage of the topology."""

import pytest
from redis.asyncio import Redis
from sqlalchemy import Engine

from schemas import TOPOLOGY, StageRow
from services.embedded import Addresses
from tests.conformance.stages import Bench


@pytest.fixture(params=TOPOLOGY, ids=lambda row: row.stage.value)
def stage(
    request: pytest.FixtureRequest, house: None, redis: Redis, engine: Engine, servers: Addresses
) -> Bench:
    """A stage with its real handler, on empty servers."""
    row: StageRow = request.param
    return Bench(row, redis, engine, servers)
