"""What one desk process follows for all of its clients."""

import asyncio

from services.desk.house import House
from services.desk.live.claims import LiveClaims
from services.desk.live.pipeline import LivePipeline


class Live:
    """The streams of a process; they run while somebody listens."""

    def __init__(self, house: House) -> None:
        self.claims = LiveClaims(house.redis, house.settings.stream_buffer)
        self.pipeline = LivePipeline(house)
        self.closing = asyncio.Event()
        self.clients = 0

    async def close(self) -> None:
        """End all streams at once."""
        self.closing.set()
        await self.claims.close()
        await self.pipeline.close()
