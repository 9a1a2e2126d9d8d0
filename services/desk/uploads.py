"""Files as they are uploaded: known by the suffixes of their names, which reach no file system themselves."""

import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from fastapi import UploadFile

from services.ingest.files import find_records
from services.ingest.records import Found

_SUFFIXES = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}\Z")


def name_file(file: UploadFile) -> str:
    """The name by which the caller knows it, without folders."""
    return Path(file.filename or "").name


def save_file(file: UploadFile, folder: Path) -> Path:
    """The file on disk, under a name of ours with its suffixes."""
    suffixes = _SUFFIXES.search(name_file(file))
    path = folder / f"file{suffixes[0] if suffixes else ''}"
    file.file.seek(0)
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out)
    return path


def digest_file(file: UploadFile, beside: str) -> bytes:
    """The same for the same content with the same words beside it."""
    digest = sha256(beside.encode())
    while piece := file.file.read(1 << 20):
        digest.update(piece)
    return digest.digest()


def find_in_file(path: Path, name: str) -> Iterator[Found]:
    """The records of a file, each told by the name that the caller knows."""
    for found in find_records([path]):
        origin = name + found.origin.removeprefix(str(path))
        yield Found(origin, found.fields, found.error)
