"""The `copydesk` command: data on standard output, everything else on standard error."""

import typer

from services.cli.analyze import analyze
from services.cli.claims import claims
from services.cli.clean import clean
from services.cli.control import control, reconcile
from services.cli.dead import dead
from services.cli.desk import desk
from services.cli.digest import digest
from services.cli.entities import entities
from services.cli.exits import telling_settings
from services.cli.feeds import feeds
from services.cli.lag import lag
from services.cli.publish import publish_command
from services.cli.reclean import reclean
from services.cli.replay import replay
from services.cli.resume import resume
from services.cli.run import run, up
from services.cli.score import score
from services.cli.topology import topology
from services.cli.trace import trace
from services.cli.worker import worker

app = typer.Typer(
    name="copydesk",
    help="A news desk: articles go in, a ledger of who claims what comes out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)
for command in (up, run, worker, control, desk, analyze, score, clean, lag, claims, trace, digest):
    app.command()(command)
for duty in (reconcile, reclean, replay, resume):
    app.command()(duty)
app.command("publish")(publish_command)
app.add_typer(dead, name="dead")
app.add_typer(entities, name="entities")
app.add_typer(feeds, name="feeds")
app.add_typer(topology, name="topology")


def main() -> None:
    """Entry point of the console script."""
    with telling_settings():
        app()


if __name__ == "__main__":
    main()
