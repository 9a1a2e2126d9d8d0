"""Who asks: found from the bearer token, or from the cookie of somebody who signed in."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from services.desk.access import Caller, Scope, find_token
from services.desk.house import InHouse
from services.desk.problems import Problem

COOKIE = "copydesk_token"
NOBODY = Caller(None, frozenset())

bearer = HTTPBearer(auto_error=False, description="A token of COPYDESK_DESK_TOKENS.")
cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The same, for who signed in.")


async def find_caller(
    house: InHouse,
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
    kept: Annotated[str | None, Security(cookie)],
) -> Caller:
    """Who asks. 401 for a token that is none of ours; an old cookie counts as no token."""
    settings = house.settings
    anonymous = Caller(None, frozenset({Scope.READ}) if settings.lets_everybody_read() else frozenset())
    words = given.credentials if given else kept
    if words is None:
        if "authorization" in request.headers:
            raise _unknown()
        return anonymous
    token = find_token(settings.read_tokens(), words)
    if token is not None:
        return Caller(token.name, token.scopes)
    if given is None:
        return anonymous
    raise _unknown()


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
        if self.scope in caller.scopes:
            return caller
        need = f"this needs a token with the scope {self.scope}"
        if caller.name is None:
            raise Problem(
                401, need, kind="token_wanted", headers={"WWW-Authenticate": 'Bearer realm="copydesk"'}
            )
        raise Problem(403, f"{need}; that of {caller.name!r} has not", kind="scope_wanted")


READING, SUBMITTING, OPERATING = (Depends(Need(scope)) for scope in Scope)
"""Dependencies of a route, or of all routes of a router, that asks no more of the caller."""
Reader = Annotated[Caller, Depends(Need(Scope.READ))]
"""A parameter of a route: a caller who may read."""
Submitter = Annotated[Caller, Depends(Need(Scope.SUBMIT))]
"""One who may hand articles in, and judge claims."""
Operator = Annotated[Caller, Depends(Need(Scope.OPERATE))]
"""One who may replay, drop and resume."""
