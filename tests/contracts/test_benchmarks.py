"""Each benchmark starts: what it takes from the house is still there."""

import importlib
from pathlib import Path

import pytest

BENCHMARKS = sorted(path.stem for path in (Path(__file__).parents[2] / "bench").glob("*.py"))
EXTRA = (
    "trafilatura",
    "resiliparse",
    "readability",
    "newspaper",
    "justext",
    "textacy",
    "sklearn",
    "scipy",
    "seqeval",
)
"""What only the benchmarks' own dependency group brings."""


@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_finds_what_it_imports(name):
    try:
        importlib.import_module(f"bench.{name}")
    except ModuleNotFoundError as missing:
        if missing.name not in EXTRA:
            raise
        pytest.skip(f"{missing.name} is not installed: it belongs to the dependency group `bench`")
