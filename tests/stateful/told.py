"""The log as folds read it."""

from __future__ import annotations

from typing import Any

from domain.base import Fact
from infrastructure.log.scope import Scope
from tests.memory import MemoryLog


class Told:
    """Whole facts; what a fold does not read, it must not need."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def page(self, after: int, upto: int, scope: Scope, **_connection: Any) -> list[Fact]:
        return [fact for fact in self._log.facts()[after:upto] if scope.concerns(fact.TOPIC)]

    def head(self, **_connection: Any) -> int:
        return self._log.max_notification_id() or 0
