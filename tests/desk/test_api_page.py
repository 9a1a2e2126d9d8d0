"""The commands of docs/api.md do what the page says."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from schemas import derive_id
from services.store.dead_letters import DeadFilter, list_dead_letters
from tests.desk.conftest import WORDS
from tests.desk.test_openapi import KNOWN, furnished  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = [
    command.replace("\\\n", " ")
    for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    for command in re.findall(r"(?:.*\\\n)*.+\n", block)
]
pytestmark = pytest.mark.skipif(
    not shutil.which("curl"), reason="no curl here; on Debian: apt-get install curl"
)


async def test_every_command_of_the_page_is_answered(desk, furnished, engine, tmp_path):  # noqa: F811
    assert len(COMMANDS) == 20
    (tmp_path / ".curlrc").write_text("fail-with-body\nsilent\nshow-error\n", encoding="utf-8")
    with engine.connect() as connection:
        letter = list_dead_letters(connection, DeadFilter())[0].dead_id
    said = {
        "http://127.0.0.1:8400": desk.address,
        "ARTICLE_ID": str(derive_id("article", 1)),
        "CLAIM_ID": KNOWN["claim_id"],
        "ENTITY_ID": KNOWN["entity_id"],
        "DEAD_ID": str(letter),
    }
    for command in COMMANDS:
        token = WORDS["submit" if "/articles" in command else "operate"]
        output = await run(put_in(command, said), {"CURL_HOME": str(tmp_path), "TOKEN": token})
        assert output.strip(), command


def put_in(command: str, said: dict[str, str]) -> str:
    for name, value in said.items():
        command = command.replace(name, value)
    return command


async def run(command: str, more: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_shell(
        command, cwd=ROOT, env={**os.environ, **more}, stdout=-1, stderr=-1
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, f"{command}\n{output.decode()}{errors.decode()}"
    return output.decode()
