"""A role's signs of life, given from inside its loop: a loop that hangs falls silent."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping

log = structlog.get_logger()

EVERY_S: Final = 1.0


class Heartbeats(Protocol):
    """Where signs of life are kept."""

    @property
    def instance(self) -> str:
        """This process, as it is told from others of its role."""
        ...

    def beat(self, role: str, instance: str, detail: Mapping[str, Any]) -> None: ...

    def leave(self, role: str, instance: str) -> None: ...


class Pulse:
    """Beats at most once a second, however often it is asked to."""

    def __init__(self, heartbeats: Heartbeats, role: str) -> None:
        self._heartbeats = heartbeats
        self._role = role
        self._instance = heartbeats.instance
        self._next = 0.0

    def beat(self, **detail: Any) -> None:
        """Say what the role is doing; a database that is away is no reason to stop doing it."""
        if monotonic() < self._next:
            return
        self._next = monotonic() + EVERY_S
        try:
            self._heartbeats.beat(self._role, self._instance, detail)
        except Exception as error:  # noqa: BLE001 (a sign of life must not end a life)
            log.warning("heartbeat.missed", role=self._role, error=type(error).__name__)

    def leave(self) -> None:
        """Say that the role ends as it should."""
        try:
            self._heartbeats.leave(self._role, self._instance)
        except Exception as error:  # noqa: BLE001 (as above)
            log.warning("heartbeat.missed", role=self._role, error=type(error).__name__)
