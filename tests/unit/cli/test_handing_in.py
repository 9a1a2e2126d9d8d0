"""Handing in can be interrupted at any moment."""

import asyncio
import contextlib

import pytest

from services.cli.handing_in import heed_cancellation


async def test_a_cancellation_that_a_library_swallowed_is_heeded_later():
    """As redis-py does now and then on Python 3.11."""
    began = asyncio.Event()

    async def swallow() -> None:
        heed_cancellation()
        began.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        heed_cancellation()

    task = asyncio.create_task(swallow())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
