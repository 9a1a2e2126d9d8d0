"""Tools that only some machines have."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def redis_cli() -> Path:
    """Redis's own command, as publishers in other languages would use its protocol."""
    binary = shutil.which("redis-cli")
    if binary is None:
        pytest.skip("no redis-cli here; on Debian: apt-get install redis-tools")
    return Path(binary)
