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


@pytest.mark.parametrize(
    ("variable", "address", "words"),
    [
        ("REDIS_URL", "hunter2@queue:6379", "not an address of Redis; use redis://"),
        ("REDIS_URL", "redis://:hun/ter2@queue:6379/0", "in a password write / as %2F"),
        ("REDIS_URL", "redis://:hun#ter2@queue:6379/0", "in a password write / as %2F"),
        ("REDIS_URL", "redis://:hunter2@queue:no/0", "not an address of Redis"),
        ("REDIS_URL", "redis://:hunter2@queue/0?ssl_ca_certs=/hunter2.pem", "an option that its kind of"),
        ("DATABASE_URL", "hunter2", "not an address of Postgres; use postgresql://"),
        ("DATABASE_URL", "mysql://desk:hunter2@db/copydesk", "not an address of Postgres"),
        ("DATABASE_URL", "postgresql://desk:hunter2@db:no/copydesk", "not an address of Postgres"),
        ("DATABASE_URL", "postgresql://desk:hun@ter2@db/copydesk", "more than one @"),
        ("DATABASE_URL", "postgresql://desk:hunter2@db/copydesk?passwort=hunter2", "an option that Postgres"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused_without_a_part_of_it(
    monkeypatch, variable, address, words
):
    """What stands in the wrong place may be a password, or the half of one."""
    monkeypatch.setenv(f"COPYDESK_{variable}", address)
    with pytest.raises(ValidationError) as refused:
        Settings()
    said = str(refused.value)
    assert words in said
    assert variable.lower() in said
    assert not [part for part in ("hunter2", "hun@", "hun/", "ter2", "passwort") if part in said]


@pytest.mark.parametrize(
    "address",
    [
        "unix:///run/redis.sock",
        "redis://desk:p%2Fw@queue.internal/3?socket_timeout=3&max_connections=20",
        "rediss://:pw@queue.internal:6380/0?ssl_ca_certs=/etc/ssl/own.pem",
    ],
)
def test_addresses_of_every_kind_of_redis_are_taken(monkeypatch, address):
    monkeypatch.setenv("COPYDESK_REDIS_URL", address)
    assert Settings().redis_url.get_secret_value() == address


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
