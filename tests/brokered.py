"""A real MQTT broker in a thread of the test's, on a port of its own; it can die and come back."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self

from interfaces.demo.free_port import free_port
from interfaces.devices.broker import SimulatedBroker
from tests.waiting import until

PASSWORD = "a-secret-of-brokers"


class Brokered:
    """A context manager; ``url`` stays the same over a restart."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"mqtt://ansim:{PASSWORD}@127.0.0.1:{self._port}"
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        until(lambda: self._stop is not None)

    def stop(self) -> None:
        assert self._loop is not None
        assert self._stop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._stop = self._loop = None

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        async with SimulatedBroker(self._port, password=PASSWORD):
            self._stop = stop
            await stop.wait()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stop is not None:
            self.stop()
