"""How a command that goes on is told to stop: by a signal, or by the end of its standard input."""

import asyncio
import signal
import sys
import threading


def watch_for_end(with_parent: bool) -> asyncio.Event:
    """Set by SIGTERM and SIGINT; `with_parent` also when standard input closes."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def stop_at_end_of_input() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(stop.set)

    if with_parent:
        threading.Thread(target=stop_at_end_of_input, daemon=True).start()
    return stop
