"""`copydesk reclean`: articles are cleaned anew once more is known of their sources."""

from typing import Annotated

import typer
from rich.console import Console

from schemas import StageName, find_stage
from services.cli.connections import DEFAULT_HOME, Connections, Home, call
from services.kit import wire


def reclean(
    source: Annotated[
        str | None, typer.Option(envvar="COPYDESK_RECLEAN_SOURCE", help="Only articles of this outlet.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(envvar="COPYDESK_RECLEAN_DRY_RUN", help="Only say which.")] = False,
    home: Home = DEFAULT_HOME,
) -> None:
    """Hand in again, to the clean stage, stored articles whose clean text would be another by now."""
    number = call(home, lambda connections: _reclean(connections, source, dry_run))
    said = "would be cleaned" if dry_run else "are cleaned"
    Console(stderr=True).print(f"{number} article{'' if number == 1 else 's'} {said} anew")


async def _reclean(connections: Connections, source: str | None, dry_run: bool) -> int:
    from services.clean.settings import CleanSettings  # its libraries take a second to load
    from services.cli.recleaning import find_outdated

    number, stream = 0, find_stage(StageName.CLEAN).source
    for outdated in find_outdated(connections.engine, CleanSettings().policy(), source):
        article = outdated.article
        if not dry_run:
            await connections.redis.xadd(stream, {wire.FIELD: wire.encode(article)})
        number += 1
        print(article.article_id, outdated.before, outdated.after, article.metadata.title or "", sep="\t")
    return number
