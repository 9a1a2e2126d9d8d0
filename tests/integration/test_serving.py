"""`copydesk up` and `copydesk run` with the desk: its port, its token, and who is served."""

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import typer
from lxml import html

from services.cli.serving import PORTS_TRIED, choose_place, keep_token

ROOT = Path(__file__).parents[2]
COPYDESK = [sys.executable, "-m", "services.cli.main"]
SHORT = 90.0


# The token of a home


def test_a_token_is_made_once_and_only_its_owner_reads_it(tmp_path):
    home = tmp_path / "home"
    words = keep_token(home)
    assert len(words) >= 32
    assert (home / "desk-token").stat().st_mode & 0o777 == 0o600
    assert keep_token(home) == words
    assert keep_token(tmp_path / "other") != words


def test_a_token_that_others_could_read_is_shut_and_one_too_short_is_made_anew(tmp_path):
    path = tmp_path / "desk-token"
    path.write_text("0123456789abcdef\n")
    path.chmod(0o644)
    assert keep_token(tmp_path) == "0123456789abcdef"
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("short")
    assert len(keep_token(tmp_path)) >= 32


# The port


def test_a_port_that_somebody_chose_and_another_has_ends_the_command(tmp_path, monkeypatch, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("COPYDESK_DESK_PORT", str(taken.getsockname()[1]))
        with pytest.raises(typer.Exit):
            choose_place(tmp_path)
    assert "COPYDESK_DESK_PORT" in capsys.readouterr().err


def test_a_usual_port_that_another_has_gives_the_next_free_one(tmp_path):
    place = choose_place(tmp_path)
    port = int(place.address.rpartition(":")[2])
    assert 8400 <= port <= 8400 + PORTS_TRIED
    with socket.create_server(("127.0.0.1", port)):
        other = choose_place(tmp_path)
    assert int(other.address.rpartition(":")[2]) > port
    assert other.taken == 8400


def test_tokens_of_the_settings_are_the_only_ones(tmp_path, monkeypatch):
    monkeypatch.setenv("COPYDESK_DESK_PORT", "0")
    monkeypatch.setenv("COPYDESK_DESK_TOKENS", "newsroom:operate:0123456789abcdef")
    place = choose_place(tmp_path)
    assert place.sign_in == place.address
    assert "COPYDESK_DESK_TOKENS" not in place.environment
    assert not (tmp_path / "desk-token").exists()


# The commands


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    return {**kept, "COPYDESK_DESK_PORT": "0", **more}


def read_until(read, pattern: str, seconds: float = SHORT) -> re.Match[str]:
    """Waits for words that a command says; fails with what it has said."""
    said, deadline = "", time.monotonic() + seconds
    while time.monotonic() < deadline:
        said += read()
        if found := re.search(pattern, said):
            return found
    raise AssertionError(f"not within {seconds} s: {pattern}\n{said[-2_000:]}")


def sign_in(address: str) -> int:
    """The status of the page that the address and its button lead to, cookies kept."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with opener.open(address.replace("/sign-in?", "/sign-in?next=/try&"), timeout=30) as answer:
        (form,) = html.fromstring(answer.read()).xpath("//form[@action='/sign-in']")
    pressed = urllib.parse.urlencode(form.form_values()).encode()
    opener.open(address.partition("?")[0], pressed, timeout=30).close()
    with opener.open(f"{address.partition('/sign-in')[0]}/try", timeout=30) as answer:
        return answer.status if b'<form class="stacked"' in answer.read() else 0


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_up_prints_an_address_that_signs_in_and_keeps_its_token(tmp_path):
    tokens = []
    for _ in range(2):
        command = subprocess.Popen(
            [*COPYDESK, "up", "--home", str(tmp_path), "--workers", "ingest=0 clean=0 entities=0 claims=0"],
            cwd=ROOT,
            env=environment(),
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            found = read_until(command.stderr.readline, r"http://127\.0\.0\.1:\d+/sign-in\?token=(\S+)")
            assert sign_in(found[0]) == 200
            tokens.append(found[1])
        finally:
            command.send_signal(signal.SIGTERM)
            rest = command.communicate(timeout=SHORT)[1]
        assert command.returncode == 0, rest[-3_000:]
    assert tokens[0] == tokens[1]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_run_serves_on_a_terminal_until_it_is_interrupted_and_its_claims_are_there(tmp_path):
    main, other = pty.openpty()
    command = subprocess.Popen(
        [*COPYDESK, "run", "examples/13-too-short.txt", "--serve"],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path)),
        stdin=other,
        stdout=subprocess.DEVNULL,
        stderr=other,
        start_new_session=True,
    )
    os.close(other)
    try:
        found = read_until(
            lambda: os.read(main, 65_536).decode(errors="replace"),
            r"http://127\.0\.0\.1:\d+/sign-in\?token=\S+",
        )
        assert command.poll() is None
        assert sign_in(found[0]) == 200
    finally:
        command.send_signal(signal.SIGINT)
        assert command.wait(SHORT) == 0
        os.close(main)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(found[0], timeout=5)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("told", [{}, {"FORCE_COLOR": "1"}], ids=["plain", "colours"])
def test_run_serves_nobody_where_there_is_no_terminal(tmp_path, told):
    done = subprocess.run(
        [*COPYDESK, "run", "examples/13-too-short.txt", "--serve"],
        cwd=ROOT,
        env=environment(TMPDIR=str(tmp_path), **told),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert "not serving" in done.stderr
    assert "/sign-in" not in done.stderr
