"""What a worker writes to standard error."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from services.kit.logs import configure_logs
from services.kit.settings import Settings


@pytest.fixture(autouse=True)
def _own_logging() -> Iterator[None]:
    """Logging is the process's: put back what was there."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def read_lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    said = capsys.readouterr()
    assert said.out == ""
    return [json.loads(line) for line in said.err.splitlines()]


def test_a_line_is_json_with_event_level_time_and_context(capsys):
    configure_logs(Settings(), stage="clean", worker="w1")
    structlog.get_logger().info("worker_ready", entries=3)
    (line,) = read_lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "worker_ready",
        "level": "info",
        "entries": 3,
        "stage": "clean",
        "worker": "w1",
    }


def test_lines_of_libraries_look_the_same(capsys):
    configure_logs(Settings(), stage="clean")
    logging.getLogger("some.library").warning("connection to %s lost", "queue")
    (line,) = read_lines(capsys)
    assert (line["event"], line["level"], line["stage"]) == ("connection to queue lost", "warning", "clean")


def test_libraries_are_heard_from_warnings_on(capsys):
    configure_logs(Settings(log_level="debug"))
    logging.getLogger("some.library").info("chatter")
    assert read_lines(capsys) == []


def test_less_important_lines_than_the_level_are_left_out(capsys):
    configure_logs(Settings(log_level="warning"))
    structlog.get_logger().info("worker_ready")
    structlog.get_logger().warning("server_away")
    assert [line["event"] for line in read_lines(capsys)] == ["server_away"]


def test_an_exception_is_one_line_too(capsys):
    configure_logs(Settings())
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        structlog.get_logger().exception("turn_failed")
    (line,) = read_lines(capsys)
    assert line["event"] == "turn_failed"
    assert line["exception"].endswith("ValueError: first\nsecond")


def test_a_traceback_does_not_show_what_variables_hold(capsys):
    """Locals of a frame are where article text would slip into a log."""
    configure_logs(Settings())
    article_text = "".join(["the ", "minister ", "resigned"])
    try:
        raise ValueError(len(article_text))
    except ValueError:
        structlog.get_logger().exception("turn_failed")
    assert article_text not in json.dumps(read_lines(capsys))


def test_a_person_at_a_terminal_gets_readable_lines(capsys):
    configure_logs(Settings(log_format="console"))
    structlog.get_logger().info("worker_ready")
    said = capsys.readouterr().err
    assert "worker_ready" in said
    with pytest.raises(json.JSONDecodeError):
        json.loads(said)
