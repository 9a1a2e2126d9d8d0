"""An analysis that nothing keeps: what the pipeline would make of a text, or of the page at an address."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import ArticleSubmitted
from services.desk.callers import Submitter
from services.desk.house import House, InHouse
from services.desk.problems import Problem
from services.desk.trial import fetch_page, read_content
from services.fetching import FetchSettings
from services.offline.results import Analysis, Status

router = APIRouter(tags=["articles"])
ANSWERS: dict[int | str, dict[str, Any]] = {
    413: {"description": "The text or page is too large."},
    503: {"description": "Others are analyzed, or the site has to be left alone; come again."},
}


class AnalysisIn(BaseModel):
    """One of content and url."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    content: str | None = None
    """Text or HTML, which is told from how it begins."""
    url: Annotated[str, Field(max_length=4_096)] | None = None
    """An address whose page is fetched as ingest does it: from public addresses only, robots.txt obeyed."""

    @model_validator(mode="after")
    def _one(self) -> "AnalysisIn":
        if (self.content is None) == (self.url is None):
            raise ValueError("give one of content and url")
        return self


@router.post("/analyze", responses=ANSWERS)
async def analyze(house: InHouse, _caller: Submitter, given: AnalysisIn) -> Analysis:
    """Clean text, what was removed, entities and claims of a text or page; nothing of it is stored.

    It needs the scope `submit`, also where everybody may read: it takes processor time, and an address has
    the desk ask another site.
    """
    return check(await analyze_given(house, given.content, given.url))


async def analyze_given(house: House, content: str | None, url: str | None) -> Analysis:
    """The analysis of what was given. Raises Problem."""
    return await house.analyst.analyze(await _read(house, content, url))


async def _read(house: House, content: str | None, url: str | None) -> ArticleSubmitted:
    limit = house.settings.analyze_bytes
    if url:
        return await fetch_page(url, house.redis, FetchSettings(), limit)
    return read_content(content or "", limit)


def check(analysis: Analysis) -> Analysis:
    """The analysis of what could be worked on; else Problem 422 with the reason."""
    if analysis.status is Status.UNPROCESSABLE:
        raise Problem(422, analysis.reason or "it can't be processed", kind="unprocessable")
    return analysis
