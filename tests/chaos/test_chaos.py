"""The promises hold while workers, servers and connections are killed.

COPYDESK_CHAOS=long python -m pytest tests/chaos/test_chaos.py -s
"""

import os
from dataclasses import replace

import pytest

from tests.chaos.driver import LONG, Plan, drive
from tests.chaos.submissions import BAD

IS_LONG = os.environ.get("COPYDESK_CHAOS") == "long"
SEED = int(os.environ.get("COPYDESK_TEST_SEED", "7"))


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600 if IS_LONG else 600)
async def test_every_article_ends_once_whatever_is_killed():
    """Kills, pauses, restarts, an emptied Redis and cut connections: each article is done or dead, once."""
    plan = replace(LONG if IS_LONG else Plan(), seed=SEED)
    counts = await drive(plan)
    assert (
        sum(counts[name] for name in ("plainword done", "plainword dead"))
        == plan.articles - 4 * plan.bad_each
    )
    assert {counts[f"{word} dead"] for word in BAD} == {plan.bad_each}
    print(f"\n{dict(counts)}")
