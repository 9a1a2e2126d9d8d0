"""How a command can end."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from rich.console import Console
from rich.text import Text


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FAILED = 1
    WRONG_USE = 2
    NOT_FOUND = 3
    UNREACHABLE = 4
    """A server can't be reached, or refuses."""
    LIMIT = 5
    """A limit was exceeded."""
    INTERRUPTED = 130
    """Stopped by Ctrl-C; the same command goes on from there."""


def fail(code: Exit, message: str) -> NoReturn:
    """End the command with `code`, and its reason on standard error."""
    _print(message)
    raise typer.Exit(code)


@contextmanager
def telling_settings() -> Iterator[None]:
    """End the process where settings make no sense, with their names and without their values."""
    try:
        yield
    except ValidationError as error:
        prefixes = {one.__name__: one.model_config.get("env_prefix") for one in BaseSettings.__subclasses__()}
        if error.title not in prefixes:
            raise
        for problem in error.errors(include_url=False, include_context=False, include_input=False):
            name = f"{prefixes[error.title]}{problem['loc'][0]}".upper()
            _print(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
        sys.exit(Exit.WRONG_USE)


def _print(message: str) -> None:
    console = Console(stderr=True, soft_wrap=True)
    console.print(Text.assemble(("Error: ", "bold red"), message))
