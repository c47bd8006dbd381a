"""Stop what runs on a home, from outside."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

from infrastructure.embedded.errors import HomeBusy
from infrastructure.embedded.process import wait_gone
from infrastructure.embedded.services import EmbeddedServices
from infrastructure.supervisor.leftovers import end_leftovers

if TYPE_CHECKING:
    import psutil

    from infrastructure.embedded.home import Home

PATIENCE_S = 60.0  # five steps and two servers, 5 s each, and room
LOOK_EVERY_S = 0.1


def take_down(home: Home) -> list[str]:
    """Stop the supervisor of a home, or the roles and servers that it left behind.

    Returns:
        What was running, by name; empty when nothing was.

    Raises:
        HomeBusy: the supervisor did not end in time.
    """
    if not home.is_made():
        return []
    holders: list[psutil.Process] = []
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with home.locked():
                wait_gone(holders, timeout_s=PATIENCE_S)
                return ["supervisor"] * bool(holders) + _stop_what_is_left(home)
        except HomeBusy:
            if time.monotonic() > deadline:
                raise
            holder = home.holder()
            if holder is not None and not holders:
                holders = holder.family()[-1:]
                holder.send(signal.SIGTERM)
            time.sleep(LOOK_EVERY_S)


def _stop_what_is_left(home: Home) -> list[str]:
    stopped = ["roles"] if end_leftovers(home) else []
    services = EmbeddedServices(home)
    for server in (services.valkey, services.postgres):
        if server.find():
            server.stop()
            stopped.append(server.name)
    return stopped
