"""Pages are drawn here: templates with what every page shows."""

from collections.abc import Mapping
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from services.desk.access import Caller
from services.desk.callers import NOBODY, recognise
from services.desk.pages import wording
from services.desk.pages.addresses import is_within, list_twins, web_address
from services.desk.pages.static import address
from services.desk.problems import Problem
from services.desk.settings import DeskSettings

FOLDER = Path(__file__).parent.parent / "templates"
NAVIGATION = (
    ("/claims", "Claims"),
    ("/articles", "Articles"),
    ("/entities", "Names"),
    ("/digest", "Digest"),
    ("/pipeline", "Pipeline"),
    ("/dead-letters", "Dead letters"),
    ("/try", "Try it"),
)
OF_OPERATORS = (("/webhooks", "Webhooks"),)
"""What stands in the navigation of operators alone: others may not see it."""
# What a page says depends on who asks, and on the form that is asked for.
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}


def _build_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # else each page looks at the times of all its files
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= wording.FILTERS | {"web": web_address}
    environment.globals |= {"static": address, "twins": list_twins}
    environment.globals |= {"navigation": NAVIGATION, "of_operators": OF_OPERATORS}
    return environment


environment = _build_environment()


def render(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Response:
    """A page from a template, for whoever asks.

    Every template knows `request`, `caller` (who asks), `here` (the address with its query) and what
    `values` holds; one that asks for anything else fails.
    """
    settings = request.app.state.house.settings
    shown = {
        "request": request,
        "caller": _find_reader(settings, request),
        "signs_in": bool(settings.read_tokens()),
        "here": name_place(request),
        "is_current": lambda path: is_within(request.url.path, path),
        **values,
    }
    body = environment.get_template(template).render(shown)
    return HTMLResponse(body, status, {**HEADERS, **(headers or {})})


def _find_reader(settings: DeskSettings, request: Request) -> Caller:
    """Who a page is drawn for. The page that says a token is not known is drawn for nobody."""
    try:
        return recognise(settings, request)
    except Problem:
        return NOBODY


def name_place(request: Request) -> str:
    """The address that was asked for, within this desk."""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def lead_to(path: str) -> Response:
    """Have the browser go on to a page: the answer to a form that changed something."""
    return RedirectResponse(path, 303, {"Cache-Control": "no-store"})


def draw_problem(request: Request, problem: Problem) -> Response:
    """A problem as a page for people."""
    document = problem.describe()
    return render(
        request,
        "problem.html",
        status=problem.status,
        headers={**problem.headers, "Cache-Control": "no-store"},
        problem=document,
        errors=document.get("errors", ()),
        back=name_place(request) if request.method == "GET" else "/",
    )
