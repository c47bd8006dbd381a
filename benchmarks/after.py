"""Read-your-writes over HTTP: a trigger is sent, and the queue asked for with its position.

The web role and the projector are processes of their own; this one is the only visitor. Timed is
the question alone, from the moment at which the answer to the trigger has come.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import contextmanager
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from uuid import uuid4

from benchmarks.houses import environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infrastructure.bootstrap import House
    from infrastructure.embedded.postgres import PostgresServer

READY_S = 60.0
PAUSE_S = 0.1
DISTRICT = "11740"


@contextmanager
def web(server: PostgresServer, name: str) -> Iterator[str]:
    """The address of the role ``serve``, once it answers."""
    import httpx

    from interfaces.demo.free_port import free_port

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "interfaces.cli", "serve"],
        env=environment(server, name) | {"ANSIM_HOST": "127.0.0.1", "ANSIM_PORT": str(port)},
    )
    try:
        deadline = time.monotonic() + READY_S
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{url}/healthz")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


def reads_ms(url: str, house: House, count: int) -> list[float]:
    """How long each of ``count`` reads took, the very first included."""
    from interfaces.demo.people import People

    passwords: dict[str, str] = {}
    people = People(url, house, lambda login: passwords.setdefault(login, token_urlsafe(12)))
    operator = people.staff("operator", DISTRICT)
    phone = people.citizen(None)
    found = []
    for _ in range(count):
        told = phone.post("/v1/emergencies", {"trigger_id": uuid4().hex})
        began = time.perf_counter()
        operator.get("/v1/queue", after=told["position"])
        found.append((time.perf_counter() - began) * 1000)
        time.sleep(PAUSE_S)
    return found
