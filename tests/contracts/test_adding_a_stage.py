"""docs/adding-a-stage.md, done: its files and changes go into a copy of the code, and the stage runs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from redis.asyncio import Redis
from sqlalchemy import Engine, text

from schemas import ClaimsDetected
from services.embedded import Addresses
from services.kit.wire import FIELD
from services.store.engine import connect
from services.store.migration import SCRIPTS
from services.store.tables import articles, revisions

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "adding-a-stage.md").read_text(encoding="utf-8")
GOLDEN = "tests/contracts/golden/v1/claims_detected.json"
SUITE = (
    *("tests/__init__.py", "tests/conftest.py", "tests/leftovers.py", "tests/servers.py"),
    *("tests/conformance", "tests/pipeline"),
)
"""What the conformance suite needs."""
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp=temporary")
"""In a folder of its own: in the common one it would take the Postgres user's way to other tests' away."""
SOURCE, TARGET = "claims.detected", "words.counted"


def read_blocks() -> Iterator[tuple[str, str, str]]:
    """Path, language and code of each block of the page; a block without a path goes with the one before."""
    path = ""
    for found in re.finditer(r"(?:^`([^`\n]+)`\n\n)?^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        path = found[1] or path
        yield path, found[2], found[3]


def change(path: Path, diff: str) -> None:
    """Make one change: its lines without a plus must stand in the file, once."""
    lines = [(line[:1], line[1:]) for line in diff.splitlines()]
    before = "\n".join(rest for mark, rest in lines if mark != "+")
    after = "\n".join(rest for mark, rest in lines if mark != "-")
    code = path.read_text(encoding="utf-8")
    assert code.count(before) == 1, f"{path.name} no longer has this once:\n{before}"
    path.write_text(code.replace(before, after), encoding="utf-8")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with the page applied to it."""
    copy = tmp_path_factory.mktemp("house")
    for name in ("schemas", "services", "examples", "pyproject.toml", GOLDEN, *SUITE):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    for name, language, code in read_blocks():
        path = copy / name
        if language == "diff":
            change(path, code)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(follow_newest(name, code), encoding="utf-8")
    return copy


def follow_newest(name: str, code: str) -> str:
    """The page's migration after the newest there is, whatever its number."""
    if "migrations" not in name:
        return code
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    newest = ScriptDirectory.from_config(config).get_current_head()
    code = code.replace(
        'revision = "0002"\ndown_revision = "0001"', f'revision = "W"\ndown_revision = "{newest}"'
    )
    assert '"W"' in code
    return code


def run(house: Path, *command: str, **environment: str) -> str:
    """Run a command in the copy; its output, on standard output and error."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=house,
        env={**os.environ, "PYTHONPATH": str(house), **environment},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture
def addresses(servers: Addresses, engine: Engine) -> Iterator[dict[str, str]]:
    """The test's servers, with a database of their own for the new table."""
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("drop database if exists wordcount"))
        connection.execute(text("create database wordcount"))
        database_url = engine.url.set(drivername="postgresql", database="wordcount")
        yield {
            "COPYDESK_REDIS_URL": servers.redis_url,
            "COPYDESK_DATABASE_URL": database_url.render_as_string(hide_password=False),
            "COPYDESK_WORDCOUNT_SHORTEST": "5",
        }
        connection.execute(text("drop database wordcount with (force)"))


def store_article(engine: Engine, message: ClaimsDetected) -> None:
    """The article as ingest would have left it."""
    known = message.model_dump(include={"article_id", "revision", "submitted_at"})
    of_revision = {
        "submission_id": message.message_id,
        "media_type": "text/plain",
        "given": "text",
        "raw": b"",
        "submission": {},
    }
    with engine.begin() as tx:
        tx.execute(articles.insert().values(known))
        tx.execute(revisions.insert().values({**known, **of_revision}))


def read_count(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("select words from word_counts")).scalar_one()


@contextmanager
def working(house: Path, addresses: dict[str, str]) -> Iterator[Path]:
    """The new stage's worker as a process, with its log; it must end well."""
    log = house / "log"
    with log.open("wb") as output:
        worker = subprocess.Popen(
            [sys.executable, "-m", "services.cli.worker", "wordcount"],
            cwd=house,
            env={**os.environ, "PYTHONPATH": str(house), **addresses},
            stdout=output,
            stderr=output,
        )
    try:
        yield log
    finally:
        worker.terminate()
        assert worker.wait(60) == 0, log.read_text()


def test_the_pages_own_test_passes(house: Path):
    run(house, *PYTEST, "tests/unit/wordcount")


def test_the_stage_keeps_to_who_may_import_whom(house: Path):
    said = run(house, "-c", "from importlinter.cli import lint_imports_command as lint; lint()")
    assert " 0 broken" in said


@pytest.mark.slow
def test_the_stage_keeps_what_every_stage_promises(house: Path):
    """The conformance suite finds the stage in the topology, and its handler by its name."""
    said = run(house, *PYTEST, "tests/conformance", "-k", "wordcount")
    assert re.search(r"^[1-9]\d passed", said, re.MULTILINE), said


@pytest.mark.slow
async def test_the_stage_works(house: Path, redis: Redis, addresses: dict[str, str]):
    """The topology step makes its group and table, the worker takes a message, stores, and hands on."""
    assert f"{SOURCE}/wordcount" in run(house, "-m", "services.cli.main", "topology", "apply", **addresses)
    golden = (ROOT / GOLDEN).read_bytes()
    store = connect(addresses["COPYDESK_DATABASE_URL"])
    store_article(store, ClaimsDetected.model_validate_json(golden))
    await redis.xadd(SOURCE, {FIELD: golden})
    with working(house, addresses) as log:
        deadline = time.monotonic() + 60
        while not (handed_on := await redis.xrange(TARGET)):
            assert time.monotonic() < deadline, log.read_text()
            await asyncio.sleep(0.1)
        lag = json.loads(run(house, "-m", "services.cli.main", "lag", "--json", **addresses))[-1]
    assert json.loads(handed_on[0][1][FIELD])["words"] == read_count(store) > 0
    assert (lag["stage"], lag["status"], lag["backlog"]) == ("wordcount", "ok", 0)
    store.dispose()
