"""*Try it*: an analysis that nothing keeps, in a child process that can be killed, one at a time."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass, field

import structlog

from schemas import ArticleSubmitted
from services.desk.problems import Problem
from services.offline.results import Analysis

log = structlog.get_logger()

COMMAND = ("-m", "services.offline.process")
WAITING = 2
"""Requests that wait while another is worked on; who comes then is asked to come again."""
RETRY_AFTER = "5"
LOADS_WITHIN = 120.0
"""Seconds that loading the models may take, at the first request."""
IDLE_AFTER = 300.0
"""Seconds without a request after which the process ends: with its models it takes 400 MB."""
LINE = 64_000_000
"""Bytes of an analysis."""


@dataclass
class Analyst:
    """The child process of one desk, started when it is needed."""

    seconds: float = 30.0
    """What one analysis may take; then the process is killed."""
    idle_after: float = IDLE_AFTER
    database_url: str = field(default="", repr=False)
    """The store whose known names it links to; none by default."""
    _process: Process | None = None
    _asked: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ending: asyncio.TimerHandle | None = None

    async def analyze(self, submission: ArticleSubmitted) -> Analysis:
        """The analysis. Raises Problem: 503 where too many ask at once, 422 where it takes too long."""
        if self._asked > WAITING:
            raise Problem(
                503,
                "other texts are being analyzed; come again in a moment",
                kind="busy",
                headers={"Retry-After": RETRY_AFTER},
            )
        self._asked += 1
        try:
            async with self._turn:
                return await self._analyze(submission)
        finally:
            self._asked -= 1

    async def close(self) -> None:
        """End the process."""
        if self._ending is not None:
            self._ending.cancel()
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _analyze(self, submission: ArticleSubmitted) -> Analysis:
        if self._ending is not None:
            self._ending.cancel()
        try:
            process = await self._start()
            line = await asyncio.wait_for(_ask(process, submission), self.seconds)
            analysis = Analysis.model_validate_json(line)
        except TimeoutError:
            await self.close()
            raise Problem(422, f"the analysis took more than {self.seconds:g} s", kind="too_long") from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError) as error:
            await self.close()
            log.error("analysis_failed", error=type(error).__name__)  # its words may be the text's
            raise Problem(500, "the analysis failed; the desk's log says more") from None
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for the next one's
            raise
        loop = asyncio.get_running_loop()
        self._ending = loop.call_later(self.idle_after, lambda: loop.create_task(self._rest()))
        return analysis

    async def _rest(self) -> None:
        if not self._turn.locked():
            await self.close()

    async def _start(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                *COMMAND,
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                limit=LINE,
                env=os.environ | ({"COPYDESK_DATABASE_URL": self.database_url} if self.database_url else {}),
            )
            async with asyncio.timeout(LOADS_WITHIN):
                await _read_line(self._process)
        return self._process


async def _ask(process: Process, submission: ArticleSubmitted) -> bytes:
    if process.stdin is None:
        raise ConnectionError("no standard input")
    process.stdin.write(submission.model_dump_json(exclude_none=True).encode() + b"\n")
    await process.stdin.drain()
    return await _read_line(process)


async def _read_line(process: Process) -> bytes:
    if process.stdout is None:
        raise ConnectionError("no standard output")
    return await process.stdout.readuntil(b"\n")
