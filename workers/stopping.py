"""The end of a role: asked for by SIGTERM or SIGINT, heard between two units of work."""

from __future__ import annotations

import signal
from threading import Event


def stop_on_signals() -> Event:
    """An event that is set when the process is asked to end. For the main thread."""
    stop = Event()

    def ask(_number: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    return stop
