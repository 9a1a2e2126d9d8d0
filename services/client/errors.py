"""What a client raises."""

from typing import Any

import httpx


class DeskAway(Exception):
    """The desk could not be reached, however often it was tried."""


class NotEnded(Exception):
    """An article had not come to its end in time."""


class DeskError(Exception):
    """The desk answered with a problem (RFC 9457)."""

    def __init__(self, status: int, detail: str, problem: dict[str, Any]) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        self.detail = detail
        self.problem = problem
        """The whole document."""

    @property
    def fields(self) -> dict[str, str]:
        """What is wrong, by the name of the field."""
        return {one["field"]: one["message"] for one in self.problem.get("errors", ())}


def read_problem(response: httpx.Response) -> DeskError:
    """The error that an answer tells of, whoever gave it: a proxy's is no problem document."""
    try:
        problem = response.json()
        detail = str(problem["detail"])
    except (ValueError, KeyError, TypeError):
        return DeskError(response.status_code, response.reason_phrase, {})
    return DeskError(response.status_code, detail, problem)
