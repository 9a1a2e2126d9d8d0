"""The house in containers: one project of Docker Compose."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.servers import find_port

ROOT = Path(__file__).parents[2]
TOKEN = "words-of-the-newsroom-token"


def find_lack() -> str | None:
    """Why there is no Docker here; None where there is."""
    if shutil.which("docker") is None:
        return "there is no docker command"
    for wanted, command in {
        "the Compose plugin is missing": ["docker", "compose", "version"],
        "the Docker daemon does not answer": ["docker", "info"],
    }.items():
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            return f"{wanted}: {said[-1] if said else 'no word from it'}"
    return None


class House:
    """One project of Docker Compose with its own name, image and ports."""

    def __init__(self, home: Path) -> None:
        self.project = f"copydesk-test-{uuid.uuid4().hex[:8]}"
        self.image = f"copydesk:{self.project}"
        redis_port, postgres_port, self.prometheus_port = find_port(), find_port(), find_port()
        self.desk_port = find_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        self.compose_settings = kept | {
            "COPYDESK_IMAGE": self.image,
            "COPYDESK_REDIS_PORT": str(redis_port),
            "COPYDESK_POSTGRES_PORT": str(postgres_port),
            "COPYDESK_DESK_PORT": str(self.desk_port),
            "COPYDESK_DESK_TOKENS": f"newsroom:submit:{TOKEN}",
            "COPYDESK_PROMETHEUS_PORT": str(self.prometheus_port),
        }
        self.host_settings = kept | {
            "COPYDESK_HOME": str(home),
            "COPYDESK_REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "COPYDESK_DATABASE_URL": f"postgresql://copydesk:copydesk@127.0.0.1:{postgres_port}/copydesk",
        }

    def compose(self, *words: str, given: str = "") -> str:
        """Standard output of `docker compose WORDS…`; fails with what it said where it fails."""
        profiles = ["--profile", "cli", "--profile", "observability"]
        command = ["docker", "compose", "--project-name", self.project, *profiles, *words]
        return run(command, self.compose_settings, given)

    def cli(self, *words: str, given: str = "") -> str:
        """Standard output of the command in the `cli` service."""
        return self.compose("run", "--rm", "-T", "cli", *words, given=given)

    def host(self, *words: str, given: str = "") -> str:
        """Standard output of the command on this machine."""
        return run([sys.executable, "-m", "services.cli.main", *words], self.host_settings, given)

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What Docker knows of the service's running containers."""
        ids = self.compose("ps", "--quiet", service).split()
        return json.loads(run(["docker", "inspect", *ids], self.compose_settings)) if ids else []

    def in_worker(self, service: str, code: str) -> str:
        """Standard output of Python code within the service's container."""
        return self.compose("exec", "-T", service, "python", "-c", code)

    def lag(self, stage: str) -> dict[str, Any]:
        """The stage as `copydesk lag` sees it from this machine."""
        return next(one for one in json.loads(self.host("lag", "--json")) if one["stage"] == stage)

    def read_prometheus(self, path: str, **parameters: str) -> Any:
        """Data of an answer of Prometheus."""
        address = (
            f"http://127.0.0.1:{self.prometheus_port}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        )
        with urllib.request.urlopen(address, timeout=10) as answer:
            return json.loads(answer.read())["data"]

    def ask_prometheus(self, question: str) -> dict[str, float]:
        """The values of an instant query, by stage or service."""
        found = self.read_prometheus("query", query=question)["result"]
        return {next(iter(one["metric"].values()), ""): float(one["value"][1]) for one in found}

    def read_rules(self) -> dict[str, str]:
        """Each alert rule with its health."""
        groups = self.read_prometheus("rules")["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    def claims(self, of: Callable[..., str], article_id: str) -> list[dict[str, Any]]:
        """Claims of one article, read with `of`: from this machine or within the project."""
        found = json.loads(of("claims", "--json"))
        return [one for one in found if one["article"]["article_id"] == article_id]

    def ask_desk(self, path: str, given: object = None, token: str | None = None) -> Any:
        """What the desk's API answers, from this machine; `given` is sent as JSON."""
        headers = {
            "Content-Type": "application/json",
            **({"Authorization": f"Bearer {token}"} if token else {}),
        }
        body = None if given is None else json.dumps(given).encode()
        address = f"http://127.0.0.1:{self.desk_port}{path}"
        with urllib.request.urlopen(urllib.request.Request(address, body, headers), timeout=30) as answer:
            return json.loads(answer.read())

    def await_done(self, article_id: str) -> None:
        """Return when the article has come to its end, which must be that it was done."""
        wait_for(lambda: self.is_done(article_id), 120, f"{article_id} is done")

    def is_done(self, article_id: str) -> bool:
        """Whether the last stage has finished the article (nothing is known of it before the first has)."""
        command = [sys.executable, "-m", "services.cli.main", "trace", article_id, "--json"]
        done = subprocess.run(
            command, cwd=ROOT, env=self.host_settings, capture_output=True, text=True, timeout=60, check=False
        )
        steps = json.loads(done.stdout) if done.returncode == 0 else []
        return any(step["stage"] == "claims" and step["outcome"] == "done" for step in steps)


def run(command: list[str], settings: dict[str, str], given: str = "") -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run(
        command, cwd=ROOT, env=settings, input=given, capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr[-4000:]}"
    return done.stdout


def wait_for(holds: Callable[[], object], seconds: float, what: str) -> None:
    """Return as soon as `holds()` is true; fail with `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.5)
