"""The stage of `stagehand` as a process of its own: `python -m tests.pipeline.stage_process`."""

import asyncio

from services.kit.app import build_app
from services.kit.settings import Settings
from tests.pipeline.stagehand import build_stagehand

app = build_app(build_stagehand(), Settings())

if __name__ == "__main__":
    asyncio.run(app.run())
