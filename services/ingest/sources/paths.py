"""Files, folders, archives, lists of addresses and standard input."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from pathlib import Path

from services.ingest.files import MAX_FILE_BYTES, STDIN, Reader, list_files, list_parts
from services.ingest.json_records import Stream
from services.ingest.records import NO_DEFAULTS, Defaults
from services.ingest.sources.source import START, Item, Place, Progress, Tell


class Files:
    """What stands in files; each file is a part."""

    def __init__(
        self,
        paths: Sequence[Path | str],
        defaults: Defaults = NO_DEFAULTS,
        max_bytes: int = MAX_FILE_BYTES,
        stdin: Stream | None = None,
    ) -> None:
        self._paths = paths
        self._defaults = defaults
        self._max_bytes = max_bytes
        self._stdin = stdin

    @property
    def name(self) -> str | None:
        """The whole paths; standard input cannot be read again."""
        if STDIN in map(str, self._paths):
            return None
        return "files " + " ".join(str(Path(path).resolve()) for path in self._paths)

    async def items(self, after: Place, tell: Tell) -> AsyncIterator[Item]:
        """The records of the files behind a place; of all, where a file came, went or changed meanwhile."""
        mark = _describe(list_files(self._paths))
        if after.mark != mark:
            after = START
        parts = list_parts(self._paths, self._max_bytes, self._stdin)
        reader = Reader(self._defaults)
        for number, part in enumerate(parts[after.part :], start=after.part):
            tell(Progress("files", number, len(parts)))
            await asyncio.sleep(0)  # there may be many without a single article in them
            read_before = after.item if number == after.part else 0
            for count, found in enumerate(part(), start=1):
                if count > read_before:
                    yield Item(reader.read(found), Place(number, count, mark))
        tell(Progress("files", len(parts), len(parts)))


def _describe(files: Sequence[Path]) -> str:
    """The same for the same files with the same sizes and times of change."""
    digest = sha256()
    for file in files:
        try:
            stat = file.stat()
            said = f"{file}\0{stat.st_size}\0{stat.st_mtime_ns}\n"
        except OSError:
            said = f"{file}\n"
        digest.update(said.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
