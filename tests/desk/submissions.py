"""Handing articles in over HTTP."""

import json

from redis.asyncio import Redis

from services.kit.wire import FIELD

STREAM = "article.submitted"
STORY = {"text": "The mayor of Port Halvern said the pier would reopen in May.", "source": "The Herald"}
ONE, MANY, FILE = "/api/v1/articles", "/api/v1/articles/batch", "/api/v1/articles/file"


async def read_stream(redis: Redis) -> list[dict]:
    return [json.loads(fields[FIELD]) for _, fields in await redis.xrange(STREAM)]
