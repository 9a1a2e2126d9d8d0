"""The desk of tests/desk, for a real browser."""

from tests.desk.conftest import desk, start_desk

__all__ = ["desk", "start_desk"]
