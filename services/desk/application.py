"""The desk as an ASGI application."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from services.desk.api import (
    again,
    analyze,
    articles,
    claims,
    dead_letters,
    entities,
    exports,
    flow,
    health,
    pipeline,
    stream,
    submissions,
    texts,
    triage,
    webhooks,
)
from services.desk.documentation import install_documentation
from services.desk.formats import Suffixes
from services.desk.guards import Guard
from services.desk.heads import Heads
from services.desk.house import House
from services.desk.live.house import Live
from services.desk.pages import again as again_page
from services.desk.pages import article, claim, digest, inbox, names, signing_in, static, trying
from services.desk.pages import dead_letters as dead_letter_pages
from services.desk.pages import pipeline as pipeline_page
from services.desk.pages import webhooks as webhook_pages
from services.desk.pages.drawing import draw_problem
from services.desk.problems import install_problems
from services.desk.settings import DeskSettings

DESCRIPTION = """Articles go in, a ledger of who claims what comes out. Every error is a problem document \
(RFC 9457). Copydesk says who said something and where, never whether it is true."""
ROUTERS: tuple[APIRouter, ...] = (
    submissions.router,
    articles.router,
    texts.router,
    analyze.router,
    stream.router,  # before the claims, of which none is called "stream"
    claims.router,
    again.router,
    entities.router,
    exports.router,
    dead_letters.router,
    pipeline.router,
    webhooks.router,
    flow.router,
    triage.router,
)
"""What lies below /api/v1, in the order of the documentation."""
PAGES: tuple[APIRouter, ...] = (
    static.router,
    signing_in.router,
    pipeline_page.router,
    dead_letter_pages.router,
    webhook_pages.router,
    trying.router,
    inbox.router,
    claim.router,
    again_page.router,
    article.router,
    names.router,
    digest.router,
)
"""What people look at."""


def build_application(settings: DeskSettings, open_house: Callable[[], House]) -> FastAPI:
    """The application; `open_house` is called when it starts, and the house closed when it ends."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        house = open_house()
        app.state.house = house
        app.state.live = live = Live(house)
        yield
        await house.analyst.close()
        await live.close()
        await house.redis.aclose()
        house.patience.until = time.monotonic()
        await house.line.close()
        house.engine.dispose()

    app = FastAPI(
        title="Copydesk",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # they load scripts from another site
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        lifespan=lifespan,
    )
    install_problems(app)
    app.include_router(health.router)
    api = APIRouter(prefix="/api/v1")
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    for pages in PAGES:
        app.include_router(pages)
    app.state.draw_problem = draw_problem
    install_documentation(app)
    app.add_middleware(Suffixes)
    app.add_middleware(Heads)
    # Events pass as they are. Pages repeat what was asked for, but hold no secret that a length could tell.
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5)
    _add_guards(app, settings)
    return app


def _add_guards(app: FastAPI, settings: DeskSettings) -> None:
    """The last one added is the first one asked."""
    origins = settings.cors_origins.split()
    if origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=[
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-None-Match",
                "Last-Event-ID",
            ],
            expose_headers=["ETag", "Link", "Location", "Retry-After"],
        )
    app.add_middleware(
        Guard,
        hosts=settings.hosts.split(),
        max_body_bytes=settings.max_body_bytes,
        rate=settings.rate,
        cors=bool(origins),
    )
