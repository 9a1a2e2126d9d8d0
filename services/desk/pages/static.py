"""Static files: each at an address that holds its digest, so that a browser may keep it for ever."""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Response

from services.desk.problems import Problem

FOLDER = Path(__file__).parent.parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class StaticFile:
    """A file as it is sent."""

    content: bytes
    media_type: str
    digest: str


@cache
def list_files() -> dict[str, StaticFile]:
    """All static files by their path within the folder."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(FOLDER).as_posix(): _read(path) for path in paths}


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(content, media_type, hashlib.sha256(content).hexdigest()[:16])


def address(name: str) -> str:
    """Where a static file is found; KeyError where there is none of this name."""
    return f"/static/{list_files()[name].digest}/{name}"


@router.get("/static/{digest}/{name}")
async def send(digest: str, name: str) -> Response:
    """The file. A page of another version of the desk may ask for its own: that one is not kept."""
    file = list_files().get(name)
    if file is None:
        raise Problem(404, f"no static file {name!r}")
    kept = FOR_EVER if digest == file.digest else "no-cache"
    return Response(file.content, media_type=file.media_type, headers={"Cache-Control": kept})
