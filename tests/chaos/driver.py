"""Everything that can be killed is killed, again and again, while articles go through the house.

    python -m tests.chaos.driver --articles 2000 --seed 7 --kills 40

The seed fixes the choices, not the timings. The driver is also the publisher: it keeps what it handed in
until the store knows it, and hands it in again where an emptied Redis lost it before ingest.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import Engine, text

from schemas import TOPOLOGY, StageName
from services.control.publication import ENTRANCE, Candidate, publish
from services.control.topology import apply_topology
from services.embedded.processes import Crew
from services.kit.wire import FIELD
from services.store.engine import UNREACHABLE, connect
from tests.chaos.fragile import FragileServers
from tests.chaos.invariants import check_store, count_owing, find_missing
from tests.chaos.submissions import write_articles, write_garbage

CLAIM_AFTER = 3.0
BATCH = 200


@dataclass(frozen=True)
class Plan:
    """What a run does. Bad things are numbers of times, over the whole run."""

    articles: int = 150
    seed: int = 7
    kills: int = 8
    pauses: int = 1
    redis_restarts: int = 1
    postgres_restarts: int = 1
    flushes: int = 1
    cuts: int = 2
    bad_each: int = 1
    """Articles of each bad kind among them, and as many pieces of garbage."""

    def blows(self, chance: random.Random) -> list[str]:
        """What is done, in a random order."""
        wanted = {
            "kill": self.kills,
            "pause": self.pauses,
            "restart_redis": self.redis_restarts,
            "restart_postgres": self.postgres_restarts,
            "flush": self.flushes,
            "cut": self.cuts,
        }
        blows = [name for name, times in wanted.items() for _ in range(times)]
        chance.shuffle(blows)
        return blows


@dataclass
class Run:
    """One run's world."""

    plan: Plan
    servers: FragileServers
    redis: Redis
    engine: Engine
    crew: Crew
    chance: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    at_risk: set[str] = field(default_factory=set)
    """What was handed in before the last flush, by origin: only that may be missing and handed in again."""


async def wait(what: str, seconds: float, holds: Callable[[], Any]) -> None:
    """Return when the coroutine `holds()` gives true; servers that are away are waited for."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if await holds():
                return
        except (RedisError, OSError, *UNREACHABLE):
            pass
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        await asyncio.sleep(0.3)


async def hand_in(run: Run, candidates: list[Candidate], garbage: list[bytes]) -> None:
    """As a publisher does: again until the answer is there."""
    for first in range(0, len(candidates), BATCH):
        part = candidates[first : first + BATCH]

        async def accepted(part: list[Candidate] = part) -> bool:
            await publish(run.redis, run.engine, part)
            return True

        await wait("the entrance answers", 120, accepted)
    for payload in garbage:

        async def taken(payload: bytes = payload) -> bool:
            return bool(await run.redis.xadd(ENTRANCE, {FIELD: payload}))

        await wait("the entrance answers", 120, taken)


async def strike(run: Run, blow: str) -> None:
    """One bad thing."""
    if blow in ("kill", "pause"):
        await _strike_process(run, blow)
        return
    run.counts[blow] += 1
    if blow == "restart_redis":
        await asyncio.to_thread(run.servers.restart_valkey)
    elif blow == "restart_postgres":
        await asyncio.to_thread(run.servers.restart_postgres)
    elif blow == "flush":
        await run.redis.flushall()
    else:
        await run.redis.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await asyncio.to_thread(_cut_postgres, run.engine)


async def _strike_process(run: Run, blow: str) -> None:
    """A signal for one of the processes; counted by what was really sent."""
    pids = sorted(run.crew.pids().items(), key=lambda item: item[1])
    if not pids:
        return
    pid, _ = run.chance.choice(pids)
    if blow == "pause":
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(CLAIM_AFTER * 1.7)
        os.kill(pid, signal.SIGCONT)
        run.counts["SIGSTOP"] += 1
        return
    number = run.chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
    os.kill(pid, number)
    run.counts[number.name] += 1


def _cut_postgres(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
                " and backend_type = 'client backend'"
            )
        )


async def storm(run: Run, candidates: list[Candidate], garbage: list[bytes]) -> None:
    """Hand in, strike at intervals, hand in again what a flush lost, until all have ended."""
    blows = run.plan.blows(run.chance)
    parts = max(1, len(blows))
    for number, blow in enumerate(blows):
        await hand_in(run, candidates[number::parts], garbage[number::parts])
        if blow == "flush":
            so_far = range(number + 1)
            run.at_risk |= {one.origin for n in so_far for one in candidates[n::parts]}
            run.at_risk |= {one.decode() for n in so_far for one in garbage[n::parts]}
        await asyncio.sleep(run.chance.uniform(0.3, 2.0))
        run.crew.watch()
        try:
            await strike(run, blow)
        except (RedisError, OSError, *UNREACHABLE):
            run.counts["blow_met_a_server_away"] += 1
    again_at = time.monotonic() + 20

    async def ended() -> bool:
        nonlocal again_at
        run.crew.watch()
        if time.monotonic() > again_at:
            missing, unread = await asyncio.to_thread(find_missing, run.engine, candidates, garbage)
            missing = [one for one in missing if one.origin in run.at_risk]
            unread = [one for one in unread if one.decode() in run.at_risk]
            run.counts["published_again"] += len(missing) + len(unread)
            await hand_in(run, missing, unread)
            again_at = time.monotonic() + 20
        return not await asyncio.to_thread(count_owing, run.engine, candidates, garbage)

    await wait("every article ends", 300 + run.plan.articles / 5, ended)


async def check(run: Run, candidates: list[Candidate], garbage: list[bytes]) -> None:
    """What must hold, read from the store; and nothing is left in Redis."""
    run.counts += check_store(run.engine, candidates, garbage)

    async def empty() -> bool:
        run.crew.watch()
        pending = [(await run.redis.xpending(row.source, row.group))["pending"] for row in TOPOLOGY]
        left = [await run.redis.xlen(row.source) for row in TOPOLOGY]
        return not any(pending) and not any(left)

    await wait("nothing is pending and the streams are trimmed", 90, empty)


async def drive(plan: Plan) -> Counter[str]:
    """One whole run; AssertionError where a promise is broken. Returns the counts."""
    with tempfile.TemporaryDirectory(prefix="copydesk-chaos-") as folder:
        servers = FragileServers(Path(folder))
        redis, engine = Redis.from_url(servers.redis_url), connect(servers.database_url)
        crew = Crew(_environment(servers), Path(os.environ.get("COPYDESK_CHAOS_LOGS", folder)) / "logs")
        run = Run(plan, servers, redis, engine, crew, random.Random(plan.seed))
        began = time.monotonic()
        try:
            await apply_topology(redis, engine)
            _start(crew)
            candidates = write_articles(plan.articles, plan.bad_each, plan.seed)
            garbage = write_garbage(max(2, plan.bad_each))
            await storm(run, candidates, garbage)
            await check(run, candidates, garbage)
        finally:
            await asyncio.to_thread(crew.stop)
            await redis.aclose()
            engine.dispose()
            servers.stop()
        run.counts["restarts_of_processes"] = crew.restarts
        run.counts["seconds"] = int(time.monotonic() - began)
        return run.counts


def _environment(servers: FragileServers) -> dict[str, str]:
    return {
        "COPYDESK_REDIS_URL": servers.redis_url,
        "COPYDESK_DATABASE_URL": servers.database_url,
        "COPYDESK_CLAIM_AFTER": str(CLAIM_AFTER),
        "COPYDESK_GRACE": "5",
        "COPYDESK_CONTROL_RECONCILE_EVERY": "2",
        "COPYDESK_CONTROL_PATIENCE": "5",
        "COPYDESK_CONTROL_TRIM_EVERY": "2",
        # What kills a worker is counted once an article; cleaned anew it would come twice.
        "COPYDESK_CONTROL_RECLEAN_EVERY": "0",
        "COPYDESK_DOCUMENT_LIMIT": "2",
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }


def _start(crew: Crew) -> None:
    """One worker of ingest and clean, two of each stub, and control."""
    numbers = {StageName.INGEST: 1, StageName.CLEAN: 1, StageName.ENTITIES: 2, StageName.CLAIMS: 2}
    crew.start({}, control=True)
    for stage, number in numbers.items():
        for index in range(number):
            command = ("tests.chaos.stub_worker", stage.value)
            crew._place(stage.value, command, crew.logs / f"{stage}-{index + 1}.log")


LONG = Plan(
    articles=10_000,
    kills=220,
    pauses=10,
    redis_restarts=10,
    postgres_restarts=10,
    flushes=3,
    cuts=20,
    bad_each=20,
)


def main() -> None:
    """Run one and print its counts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--long", action="store_true")
    for name, value in vars(Plan()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value)
    options = vars(parser.parse_args())
    plan = LONG if options.pop("long") else Plan(**options)
    print(json.dumps(asyncio.run(drive(plan)), indent=2))


if __name__ == "__main__":
    main()
