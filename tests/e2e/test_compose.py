"""The house in containers, for real: built, started, used from inside and outside, harmed, and removed."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.compose_house import TOKEN, House, find_lack, run, wait_for

WORKERS = ("ingest", "clean", "entities", "claims")
ARTICLE = """Pier at {place} to reopen in May, mayor says

The pier at {place} will reopen in May after two winters of repairs, Mayor Tilda Vosgrave said on Monday.

"The pier cost us eleven million crowns and it was worth every one of them," Vosgrave told the council.

Fishermen at {place} doubt it. Orrin Calloway, who has worked there since 1998, said that half of the new
planks were already loose and that nobody from the town hall had come to look at them this year.
"""

pytestmark = [pytest.mark.compose, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A running house, removed with its data at the end."""
    lack = find_lack()
    if lack:
        pytest.skip(f"needs Docker with Compose: {lack}")
    house = House(tmp_path_factory.mktemp("home"))
    try:
        house.compose("build", "--quiet")
        house.compose("up", "--detach", "--wait", *WORKERS, "desk")
        yield house
    finally:
        house.compose("down", "--volumes", "--remove-orphans")
        run(["docker", "image", "rm", "--force", house.image], house.compose_settings)


@pytest.fixture
def place() -> str:
    """A name that makes an article of its own for each test."""
    return f"Port {uuid.uuid4().hex[:10].title()}"


def test_an_article_published_in_the_project_ends_as_claims(house, place):
    article_id = house.cli("publish", "-", given=ARTICLE.format(place=place)).split()[0]

    house.await_done(article_id)

    found = house.claims(house.cli, article_id)
    assert any("eleven million crowns" in one["text"] for one in found)
    assert house.claims(house.host, article_id) == found


def test_an_article_published_on_the_host_ends_as_claims(house, place):
    article_id = house.host("publish", "--wait", "-", given=ARTICLE.format(place=place)).split()[0]

    assert any("eleven million crowns" in one["text"] for one in house.claims(house.host, article_id))


def test_an_article_published_through_the_desk_ends_as_claims_in_the_desk(house, place):
    handed_in = house.ask_desk("/api/v1/articles", {"text": ARTICLE.format(place=place)}, TOKEN)
    article_id = handed_in["article_id"]

    house.await_done(article_id)

    found = house.ask_desk(f"/api/v1/claims?article_id={article_id}")["items"]
    assert any("eleven million crowns" in one["text"] for one in found)
    by_host = house.claims(house.host, article_id)
    assert {one["claim_id"] for one in found} == {one["claim_id"] for one in by_host}


def test_without_a_token_the_desk_is_read_and_nothing_is_handed_in(house, place):
    assert house.ask_desk("/api/v1/pipeline")["stages"]
    with pytest.raises(urllib.error.HTTPError) as refused:
        house.ask_desk("/api/v1/articles", {"text": ARTICLE.format(place=place)})
    with refused.value as answer:
        assert answer.code == 401


def test_the_cli_service_sees_the_examples(house):
    known = house.cli("publish", "/examples/01-dam-repairs.txt").split()[0]

    assert house.host("publish", "examples/01-dam-repairs.txt").split()[0] == known


def test_every_stage_has_a_live_worker_and_says_so_inside_and_outside(house):
    def are_well(statuses: list[dict[str, Any]]) -> bool:
        live = [one["stage"] for one in statuses if one["status"] == "ok" and one["consumers"]]
        return live == list(WORKERS)

    wait_for(lambda: are_well(json.loads(house.host("lag", "--json"))), 60, "all are ok")
    assert are_well(json.loads(house.cli("lag", "--json")))


def test_scaling_gives_more_live_workers_of_a_stage(house):
    house.compose("up", "--detach", "--no-recreate", "--scale", "claims=2", *WORKERS)
    try:
        wait_for(lambda: len(house.lag("claims")["consumers"]) == 2, 60, "claims has two live workers")
    finally:
        house.compose("up", "--detach", "--no-recreate", "--scale", "claims=1", *WORKERS)
    wait_for(lambda: len(house.lag("claims")["consumers"]) == 1, 90, "one of them has left")


def test_prometheus_finds_every_process_and_knows_the_backlog_of_every_stage(house):
    """Of the profile only this service: Grafana's image is not needed for it."""
    standing = [*WORKERS, "control", "prometheus"]
    house.compose("up", "--detach", "--wait", "--no-recreate", "--scale", "claims=2", *standing)
    try:
        wanted = {**dict.fromkeys(WORKERS, 1.0), "control": 1.0, "claims": 2.0}
        wait_for(lambda: house.ask_prometheus("sum by (service) (up)") == wanted, 120, "all are up")
        backlogs = "max by (stage) (copydesk_backlog_entries)"
        wait_for(lambda: set(house.ask_prometheus(backlogs)) == set(WORKERS), 60, "backlogs are known")
        assert house.ask_prometheus("max(copydesk_control_active)") == {"": 1.0}
        assert set(house.ask_prometheus("sum by (stage) (copydesk_ready)")) == set(WORKERS)
        wait_for(lambda: set(house.read_rules().values()) == {"ok"}, 60, "every rule is judged")
    finally:
        house.compose("up", "--detach", "--no-recreate", "--scale", "claims=1", *WORKERS)
        house.compose("rm", "--stop", "--force", "control", "prometheus")


@pytest.mark.parametrize("service", WORKERS)
def test_a_worker_can_neither_be_root_nor_write_to_its_image(house, service):
    [container] = house.containers(service)
    code = "import os; print(os.getuid(), os.access('/opt/copydesk', os.W_OK), os.statvfs('/').f_flag & 1)"

    assert house.in_worker(service, code).split() == ["10001", "False", "1"]
    assert container["HostConfig"]["CapDrop"] == ["ALL"]
    assert container["HostConfig"]["PortBindings"] in ({}, None)


def test_a_killed_worker_is_started_again_and_works(house, place):
    [before] = house.containers("clean")

    # Process 1 is the init process, which ends with the worker. `docker kill` would count as a wish to stop.
    house.compose("exec", "-T", "clean", "python", "-c", "import os; os.kill(-1, 9)")

    wait_for(lambda: is_restarted(house, "clean", before), 60, "clean is started again")
    article_id = house.host("publish", "--wait", "-", given=ARTICLE.format(place=place)).split()[0]
    assert house.claims(house.host, article_id)


def test_a_frozen_worker_is_ended_and_started_again(house):
    wait_for(lambda: has_health(house, "entities", "healthy"), 90, "entities is healthy")
    [before] = house.containers("entities")

    house.in_worker("entities", "import os; os.kill(-1, 19)")

    wait_for(lambda: is_restarted(house, "entities", before), 180, "entities is ended and started again")


def is_restarted(house: House, service: str, before: dict[str, Any]) -> bool:
    """Whether the same container runs again since `before`."""
    now = [one for one in house.containers(service) if one["Id"] == before["Id"]]
    return bool(now) and now[0]["State"]["Running"] and now[0]["RestartCount"] > before["RestartCount"]


def has_health(house: House, service: str, health: str) -> bool:
    """Whether Docker's word for the service's health is `health`."""
    return [one["State"]["Health"]["Status"] for one in house.containers(service)] == [health]


def test_what_waits_outlives_a_killed_redis(house, place):
    house.compose("stop", "ingest")
    article_id = house.host("publish", "-", given=ARTICLE.format(place=place)).split()[0]

    house.compose("kill", "redis")
    house.compose("up", "--detach", "--wait", "redis", *WORKERS)

    house.await_done(article_id)
