"""The composition root of every worker: FastStream's application around one stage.

    app = build_app(build_handler(CleanSettings()), Settings())

The result runs as `copydesk worker STAGE` and as `faststream run services.STAGE.worker:app`.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

from faststream import AckPolicy, FastStream
from faststream.redis import RedisBroker, StreamSub
from faststream.redis.message import BatchStreamMessage
from faststream.redis.message import RedisBatchStreamMessage as BatchMessage

from services.kit.reach import connection_options
from services.kit.settings import Settings
from services.kit.work import Delivery, Handler
from services.kit.worker import Worker

if TYPE_CHECKING:
    from faststream.redis.message import ConsumerProtocol

POLL_MS = 1000
"""How long a read waits for entries; redis-py gives up on a socket after 5 s."""


def read_batch(message: BatchStreamMessage) -> list[Delivery]:
    """Entries that were never delivered before, as FastStream hands them over."""
    entries = zip(message["message_ids"], message["data"], strict=True)
    return [Delivery(entry_id.decode(), fields) for entry_id, fields in entries]


async def _leave_group(**_: object) -> bool:
    return True


def build_app(handler: Handler[Any, Any], settings: Settings) -> FastStream:
    """The FastStream application of one worker process."""
    worker = Worker(handler, settings)
    row = handler.row
    logger = logging.getLogger("copydesk.faststream")
    broker = RedisBroker(
        worker.url,
        logger=logger,
        graceful_timeout=settings.grace,
        # The subscriber takes what its decoder gives: injecting would cost four turns of a thread a batch.
        apply_types=False,
        **connection_options(worker.url),
    )
    source = StreamSub(
        row.source,
        group=row.group,
        consumer=worker.consumer,
        batch=True,
        max_records=settings.batch or row.batch,
        polling_interval=POLL_MS,
    )

    async def parse_raw(message: BatchStreamMessage) -> BatchMessage:
        """Leave the entries as they are: each is opened by itself, so that one bad entry harms no other."""
        return BatchMessage(
            raw_message=message,
            body=b"",
            message_id="",
            correlation_id="",
            group=row.group,
            consumer=cast("ConsumerProtocol", worker.redis),
        )

    async def open_batch(message: BatchMessage) -> list[Delivery]:
        return read_batch(message.raw_message)

    subscriber = broker.subscriber(
        stream=source, ack_policy=AckPolicy.MANUAL, parser=parse_raw, decoder=open_batch
    )
    subscriber(worker.stage.take)

    worker.watch(lambda: not subscriber.tasks or any(not task.done() for task in subscriber.tasks))

    @asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with worker.run():
            yield

    async def prepare() -> None:
        await worker.prepare()
        # FastStream makes the group as well. A full Redis refuses even that, and this worker may be the one
        # that makes room; `prepare` has seen to it that the group is there.
        (await broker.connect()).xgroup_create = _leave_group  # type: ignore[method-assign,assignment]

    # FastStream watches for SIGTERM while `prepare` waits, but not while `lifespan` does.
    return FastStream(
        broker,
        logger=logger,
        lifespan=lifespan,
        on_startup=[prepare],
        on_shutdown=[worker.begin_to_stop],
    )
