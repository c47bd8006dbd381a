"""A real MQTT broker in this process, for demos and tests; it keeps nothing over a restart."""

from __future__ import annotations

import asyncio
import logging
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import quote

from interfaces.devices.lamps import SimulatedLamps

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

LOOPBACK: Final = "127.0.0.1"
USER: Final = "ansim"
USERS: Final = "interfaces.devices.keeping.KnownUsers"


class SimulatedBroker:
    """On this machine only; sessions and messages that wait live as long as it does."""

    def __init__(self, port: int, *, password: str) -> None:
        self.port = port
        self._password = password
        self._broker: Any = None

    async def __aenter__(self) -> Self:
        from amqtt.contexts import BrokerConfig, ListenerConfig

        from interfaces.devices.keeping import ClosingBroker, keep_what_is_not_acknowledged

        keep_what_is_not_acknowledged()

        logging.getLogger("amqtt").setLevel(logging.ERROR)
        logging.getLogger("transitions").setLevel(logging.ERROR)
        self._broker = ClosingBroker(
            BrokerConfig(
                listeners={"default": ListenerConfig(bind=f"{LOOPBACK}:{self.port}")},
                plugins={USERS: {"password": self._password}},
            )
        )
        await self._broker.start()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with suppress(Exception):  # it stumbles over clients that are leaving, too
            await self._broker.shutdown()
        self._broker.drop_all()
        await asyncio.sleep(0)  # they are closed in the loop's next turn


def run_broker(port: int, *, password: str, journal: Path) -> None:
    """Serve, lamps and all, until the process is asked to end; ``journal`` is the lamps'."""
    asyncio.run(_serve(port, password, journal))


async def _serve(port: int, password: str, journal: Path) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    url = f"mqtt://{USER}:{quote(password, safe='')}@{LOOPBACK}:{port}"
    async with SimulatedBroker(port, password=password):
        lamps = SimulatedLamps(url, journal=journal)
        await asyncio.to_thread(lamps.__enter__)
        await stop.wait()
        await asyncio.to_thread(lamps.__exit__, None, None, None)
