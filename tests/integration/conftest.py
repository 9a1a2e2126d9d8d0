"""Tools that only some machines have, and metrics that begin at nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.control import exposition


@pytest.fixture
def redis_cli() -> Path:
    """Redis's own command, as publishers in other languages would use its protocol."""
    binary = shutil.which("redis-cli")
    if binary is None:
        pytest.skip("no redis-cli here; on Debian: apt-get install redis-tools")
    return Path(binary)


@pytest.fixture
def nothing_shown_before() -> Iterator[None]:
    exposition.prepare()
    yield
    exposition.withdraw()
