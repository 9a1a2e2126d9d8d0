"""Serve until told to stop: `python -m services.embedded FOLDER`.

Runs in a process (and a session) of its own, so that a Ctrl-C meant for the command in front does not
reach the servers before the workers have finished. Stops on SIGTERM, and when standard input closes: the
servers never outlive the command that started them, even if that one is killed.
"""

import signal
import sys
from pathlib import Path

from services.embedded.servers import Servers


def serve(home: Path) -> None:
    """Start, say "ready", wait for the end of standard input, stop."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Servers(home):
        print("ready", flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
