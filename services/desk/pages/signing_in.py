"""Signing in with a token, which the browser then keeps in a cookie, and signing out."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from services.desk.access import find_token
from services.desk.callers import COOKIE
from services.desk.house import House, InHouse
from services.desk.pages.addresses import own_path
from services.desk.pages.drawing import lead_to, render

router = APIRouter(include_in_schema=False)
KEPT_FOR = 30 * 24 * 3600
"""Seconds that a browser stays signed in."""


@router.get("/sign-in")
async def show_form(
    request: Request,
    token: Annotated[str | None, Query(max_length=4_000)] = None,
    then: Annotated[str | None, Query(alias="next", max_length=4_000)] = None,
) -> Response:
    """The form; where the address holds a token it needs no more than its button.

    Nobody is signed in by an address alone: mail programs and chats open what they are sent, and browsers
    open what may be asked for next.
    """
    return _draw(request, own_path(then), token=token)


@router.post("/sign-in")
async def take_form(
    request: Request,
    house: InHouse,
    token: Annotated[str, Form(max_length=4_000)] = "",
    then: Annotated[str | None, Form(alias="next", max_length=4_000)] = None,
) -> Response:
    """Sign in."""
    return _sign_in(request, house, token, then)


@router.post("/sign-out")
async def sign_out() -> Response:
    """Forget the token."""
    response = lead_to("/")
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return response


def _sign_in(request: Request, house: House, words: str, then: str | None) -> Response:
    words, path = words.strip(), own_path(then)
    # A cookie takes no other characters.
    if not words.isascii() or find_token(house.settings.read_tokens(), words) is None:
        return _draw(request, path, status=401, refused=True)
    response = lead_to(path)
    response.set_cookie(
        COOKIE,
        words,
        max_age=KEPT_FOR,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def _draw(
    request: Request, path: str, status: int = 200, refused: bool = False, token: str | None = None
) -> Response:
    # Its address may hold the token: what is asked for from here is told the origin only. Not nothing, for
    # by its origin a form is known to be the desk's own.
    kept = {"Cache-Control": "no-store", "Referrer-Policy": "strict-origin"}
    return render(
        request, "sign_in.html", status=status, headers=kept, next=path, refused=refused, token=token
    )
