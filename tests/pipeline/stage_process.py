"""The stage of `stagehand` as a process of its own: `python -m tests.pipeline.stage_process`."""

import asyncio
import os

from services.kit import computing
from services.kit.app import build_app
from services.kit.settings import Settings
from tests.pipeline.stagehand import build_stagehand

computing.MARGIN = float(os.environ.get("COPYDESK_TEST_MARGIN", computing.MARGIN))
app = build_app(build_stagehand(), Settings())

if __name__ == "__main__":
    asyncio.run(app.run())
