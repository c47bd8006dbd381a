"""Looks for devices that raise conspicuously often, beside the way of the alarms.

It reads the queue's fold and may come late, or not at all: a label decides nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from application.context import Context
from application.ports import Clock
from application.safe_return import Receipt
from domain.policy import Policy


class TriggerSources(Protocol):
    def conspicuous(self, *, many: int, since: datetime) -> Sequence[tuple[UUID, int]]:
        """Reports without that label of devices with so many triggers, and with how many.

        A bell is not among them, registered or not: it counts its presses itself.

        Args:
            many: triggers, those that joined a report included.
            since: reports that were raised before are not counted.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        ...


class Labelled(Protocol):
    def count_triggers(self, report_id: UUID, count: int, context: Context) -> Receipt: ...


class Labels:
    """Puts labels on reports."""

    def __init__(
        self, sources: TriggerSources, reports: Labelled, clock: Clock, policy: Policy
    ) -> None:
        self._sources = sources
        self._reports = reports
        self._clock = clock
        self._policy = policy

    def look(self, context: Context) -> int:
        """Label what has become conspicuous; how many reports."""
        since = self._clock.now() - timedelta(seconds=self._policy.many_triggers_within_s)
        found = self._sources.conspicuous(many=self._policy.many_triggers, since=since)
        for report_id, count in found:
            self._reports.count_triggers(report_id, count, context)
        return len(found)
