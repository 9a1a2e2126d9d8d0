"""What a command is given, looked at before the work."""

from collections.abc import Iterable
from pathlib import Path

from services.cli.exits import Exit, fail
from services.ingest.files import PAGES, STDIN
from services.offline.documents import NOT_TEXT


def check_paths(paths: Iterable[Path | str], verbatim: bool = False) -> None:
    """End the command before the work where a path is not there, or is HTML that is wanted verbatim."""
    for path in map(Path, paths):
        if str(path) != STDIN and not _exists(path):
            fail(Exit.NOT_FOUND, f"{path}: there is no such file or folder")
        if verbatim and path.suffix.lower() in PAGES:
            fail(Exit.WRONG_USE, f"{path} {NOT_TEXT}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # such as a name that is too long
        return False
