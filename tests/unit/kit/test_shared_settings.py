"""The settings that every process shares."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from services.kit.settings import Settings

PRINT_DATABASE = """
from services.kit.settings import Settings
print(Settings().database_url.get_secret_value())
"""


def test_without_any_setting_the_servers_are_those_of_this_machine():
    settings = Settings()
    assert settings.redis_url.get_secret_value() == "redis://127.0.0.1:6379/0"
    assert settings.database_url.get_secret_value().endswith("@127.0.0.1:5432/copydesk")
    assert settings.health_host == "127.0.0.1"


def test_each_setting_is_an_environment_variable(monkeypatch):
    monkeypatch.setenv("COPYDESK_BATCH", "7")
    monkeypatch.setenv("COPYDESK_REDIS_URL", "rediss://queue.internal:6380/2")
    settings = Settings()
    assert settings.batch == 7
    assert settings.redis_url.get_secret_value() == "rediss://queue.internal:6380/2"


def test_what_the_topology_says_counts_where_nothing_is_set():
    settings = Settings()
    assert (settings.claim_after, settings.max_deliveries, settings.batch) == (None, None, None)


def test_passwords_do_not_show_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("COPYDESK_DATABASE_URL", "postgresql://desk:hunter2@db/copydesk")
    assert "hunter2" not in repr(Settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BATCH", "0"),
        ("BATCH", "many"),
        ("GRACE", "-1"),
        ("CLAIM_AFTER", "0"),
        ("HEALTH_PORT", "70000"),
        ("MAX_MESSAGE_BYTES", "0"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_by_name(monkeypatch, name, value):
    monkeypatch.setenv(f"COPYDESK_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_variables_of_other_parts_are_no_error(monkeypatch):
    monkeypatch.setenv("COPYDESK_CLEAN_MIN_WORDS", "10")
    assert Settings().model_fields_set == set()


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """A folder of secrets as a container has it, with the database's address in it."""
    (tmp_path / "copydesk_database_url").write_text("postgresql://desk:from-file@db/copydesk\n")
    monkeypatch.setenv("COPYDESK_SECRETS_DIR", str(tmp_path))
    return tmp_path


def read_database_url() -> str:
    """As a process reads it that starts now: the folder is looked up when the process starts."""
    return subprocess.run(
        [sys.executable, "-c", PRINT_DATABASE], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_secret_can_come_from_a_file(secrets):
    assert read_database_url() == "postgresql://desk:from-file@db/copydesk"


def test_the_environment_wins_over_the_file(secrets, monkeypatch):
    monkeypatch.setenv("COPYDESK_DATABASE_URL", "postgresql://desk:from-env@db/copydesk")
    assert read_database_url() == "postgresql://desk:from-env@db/copydesk"
