"""Who asks: found from the bearer token, or from the cookie of somebody who signed in."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from fastapi.security.utils import get_authorization_scheme_param

from services.desk.access import Caller, Scope, find_token
from services.desk.house import find_house
from services.desk.problems import Problem
from services.desk.settings import DeskSettings

COOKIE = "copydesk_token"
NOBODY = Caller(None, frozenset())

bearer = HTTPBearer(auto_error=False, description="A token of COPYDESK_DESK_TOKENS.")
cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The same, for who signed in.")


async def find_caller(
    request: Request,
    _given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    _kept: Annotated[str | None, Security(cookie)],
) -> Caller:
    """Who asks; its parameters are for the OpenAPI document. 401 for a token that is none of ours."""
    return recognise(find_house(request).settings, request)


def recognise(settings: DeskSettings, request: Request) -> Caller:
    """Who asks, by the headers of a request; an old cookie counts as no token. Raises Problem (401)."""
    anonymous = Caller(None, frozenset({Scope.READ}) if settings.lets_everybody_read() else frozenset())
    said = request.headers.get("authorization")
    scheme, words = get_authorization_scheme_param(said)
    if said is not None and (scheme.lower() != "bearer" or not words):
        raise _unknown()
    words = words or request.cookies.get(COOKIE, "")
    if not words:
        return anonymous
    token = find_token(settings.read_tokens(), words)
    if token is not None:
        return Caller(token.name, token.scopes)
    if said is None:
        return anonymous
    raise _unknown()


def check_scopes(caller: Caller, wanted: frozenset[Scope]) -> None:
    """Refuse a caller that has none of the scopes: 401 (who are you?) or 403 (you may not)."""
    if caller.scopes & wanted:
        return
    need = f"this needs a token with the scope {' or '.join(sorted(wanted))}"
    if caller.name is None:
        raise Problem(401, need, kind="token_wanted", headers={"WWW-Authenticate": 'Bearer realm="copydesk"'})
    raise Problem(403, f"{need}; that of {caller.name!r} has not", kind="scope_wanted")


def _unknown() -> Problem:
    challenge = {"WWW-Authenticate": 'Bearer realm="copydesk", error="invalid_token"'}
    return Problem(401, "the token is not known", kind="unknown_token", headers=challenge)


Asking = Annotated[Caller, Depends(find_caller)]
"""A parameter of a route: who asks, whatever they may do."""


@dataclass(frozen=True)
class Need:
    """A dependency: the caller, if it has the scope; else 401 (who are you?) or 403 (you may not)."""

    scope: Scope

    async def __call__(self, caller: Asking) -> Caller:
        """The caller, if it may."""
        check_scopes(caller, frozenset({self.scope}))
        return caller


READING, SUBMITTING, OPERATING = (Depends(Need(scope)) for scope in Scope)
"""Dependencies of a route, or of all routes of a router, that asks no more of the caller."""
Reader = Annotated[Caller, Depends(Need(Scope.READ))]
"""A parameter of a route: a caller who may read."""
Submitter = Annotated[Caller, Depends(Need(Scope.SUBMIT))]
"""One who may hand articles in, and judge claims."""
Operator = Annotated[Caller, Depends(Need(Scope.OPERATE))]
"""One who may replay, drop and resume."""
