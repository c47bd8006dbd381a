"""Become a command that is signalled when its parent dies, however the parent dies.

Run by path, before the command: ``leash.py SIGNAL PARENT_PID DESCRIPTOR COMMAND…``. Imports
nothing of ours: it lives for some milliseconds between fork and exec.
"""

from __future__ import annotations

import os
import select
import signal
import sys

PR_SET_PDEATHSIG = 1
LOOK_EVERY_S = 0.5


def by_kernel(number: int) -> None:
    import ctypes

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number)


def by_pipe(number: int, descriptor: int) -> None:
    """Leave a watcher behind that signals this process when the parent's pipe ends."""
    watched = os.getpid()
    if os.fork():
        os.close(descriptor)
        return
    os.setsid()
    while os.getppid() == watched:
        if select.select([descriptor], [], [], LOOK_EVERY_S)[0]:
            os.kill(watched, number)
            break
    os._exit(0)


def main() -> None:
    number, parent, descriptor = map(int, sys.argv[1:4])
    if descriptor >= 0:
        by_pipe(number, descriptor)
    else:
        by_kernel(number)
    if os.getppid() != parent:  # it died before the leash was on
        sys.exit(1)
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # the interpreter ignores these
        signal.signal(ignored, signal.SIG_DFL)
    os.execvp(sys.argv[4], sys.argv[4:])  # noqa: S606 - no shell is meant


if __name__ == "__main__":
    main()
