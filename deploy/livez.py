"""The health check of a container of ours: exit code 0 while /livez says that progress is made.

Docker marks a container as unhealthy and leaves it running. So the third failure in a row ends the
worker's processes, and the restart policy begins anew. Standard library only: it runs every few seconds.
"""

import contextlib
import os
import signal
import sys
import urllib.request
from pathlib import Path

FAILURES = Path("/tmp/livez-failures")  # noqa: S108 (the container's own, new with each start)
"""How many failures in a row; not there before the first success, so that a slow start is left alone."""
MOST = 3
OURS = {b"worker", b"control", b"desk", b"feeds", b"webhooks"}
"""Commands that stand."""
SECONDS = 3.0


def is_live(url: str) -> bool:
    """Whether the process answers with a success (a failure is a 503 with the reasons)."""
    try:
        with urllib.request.urlopen(url, timeout=SECONDS):  # noqa: S310 (the address is our own)
            return True
    except OSError as error:
        print(f"not live: {error}", file=sys.stderr)
        return False


def count_failure() -> int:
    """Note one more failure in a row; 0 as long as there was no success."""
    try:
        failures = int(FAILURES.read_text()) + 1
    except FileNotFoundError:
        return 0
    FAILURES.write_text(str(failures))
    return failures


def find_workers() -> list[int]:
    """Process ids of our commands that stand; never process 1, the container's init, which ends with them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if OURS & set(words) and any(word.endswith(b"copydesk") for word in words):
                found.append(int(path.parent.name))
    return [pid for pid in found if pid != 1]


def main() -> int:
    """Look once."""
    port = os.environ.get("COPYDESK_HEALTH_PORT", "8080")
    if is_live(f"http://127.0.0.1:{port}/livez"):
        FAILURES.write_text("0")
        return 0
    if count_failure() >= MOST:
        for pid in find_workers():
            print(f"not live for {MOST} checks: ending process {pid}", file=sys.stderr)
            os.kill(pid, signal.SIGKILL)
    return 1


if __name__ == "__main__":
    sys.exit(main())
