"""Whether the desk lives, and whether it can work."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.desk.house import House, InHouse

router = APIRouter(tags=["health"])
WITHIN = 3.0
"""Seconds that a server may take to answer."""


@router.get("/livez")
async def livez() -> dict[str, str]:
    """200 while the desk answers at all."""
    return {}


@router.get("/readyz", responses={503: {"description": "A server is away; which, and why."}})
async def readyz(house: InHouse) -> JSONResponse:
    """200 where both servers answer, else 503 with what is away."""
    lacking = await find_lacking(house)
    return JSONResponse(lacking, 503 if lacking else 200)


async def find_lacking(house: House) -> dict[str, str]:
    """What is away, and why."""
    lacking = {}
    try:
        await asyncio.wait_for(house.redis.ping(), WITHIN)
    except (RedisError, OSError, TimeoutError) as error:
        lacking["redis"] = type(error).__name__
    try:
        await asyncio.wait_for(house.read(lambda tx: tx.execute(text("select 1"))), WITHIN)
    except (DBAPIError, PoolTimeout, TimeoutError) as error:
        lacking["store"] = type(error).__name__
    return lacking
