"""How a command can end."""

from enum import IntEnum
from typing import NoReturn

import typer
from rich.console import Console
from rich.text import Text


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    NOT_FOUND = 3
    UNREACHABLE = 4
    """A server can't be reached."""
    LIMIT = 5
    """A limit was exceeded."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; the same command goes on from there."""


def fail(code: Exit, message: str) -> NoReturn:
    """End the command with `code`, and its reason on standard error."""
    console = Console(stderr=True, soft_wrap=True)
    console.print(Text.assemble(("Error: ", "bold red"), message))
    raise typer.Exit(code)
