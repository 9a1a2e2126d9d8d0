"""docs/settings.md names every variable there is, with its default and meaning."""

import importlib

import pytest
from pydantic_settings import BaseSettings

from schemas import StageName
from services.cli.settings_table import PAGE, TABLES, fill

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_tables_are_what_the_code_says():
    """If this fails: python -m services.cli.settings_table"""
    assert fill(TEXT) == TEXT


@pytest.mark.parametrize("table", [*TABLES, "options"])
def test_every_table_is_on_the_page(table):
    assert TEXT.count(f"<!-- table: {table} -->") == 1


@pytest.mark.parametrize("stage", StageName)
def test_the_settings_of_every_worker_have_a_table(stage):
    module = importlib.import_module(f"services.{stage}.settings")
    classes = [
        one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__
    ]
    assert [one for one in classes if issubclass(one, BaseSettings)] == [TABLES[stage]]


def test_a_variable_is_set_as_the_page_shows_its_default(monkeypatch):
    """Also the one that is a list, written as JSON."""
    monkeypatch.setenv("COPYDESK_CLEAN_LANGUAGES", '["en"]')
    assert '| `COPYDESK_CLEAN_LANGUAGES` | list of text, as JSON | `["en"]` |' in TEXT
    assert TABLES["clean"]().model_dump()["languages"] == {"en"}


def test_every_variable_has_a_meaning():
    rows = [line for line in TEXT.splitlines() if line.startswith("| `COPYDESK_")]
    assert len(rows) > 40
    assert not [row for row in rows if row.endswith("|  |")]
