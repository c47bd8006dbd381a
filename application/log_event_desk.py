"""Answers auditors' tools in the shapes of the NENA i3 Logging Service; only ever reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.context import Context
from application.desk import allow
from application.errors import Unknown
from application.log_events import (
    HELPERS,
    HistoryLine,
    LogEventContainer,
    Names,
    container,
    report_topics,
    topics_of,
)
from domain.base import Value
from domain.geography import DistrictCode
from domain.roles import Role

PAGE_MAX: Final = 1_000
PAGE: Final = 100


class Selection(Value):
    """Which facts of reports, in the order of the log; ``start`` counts from 1."""

    topics: tuple[str, ...]
    report_id: UUID | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    start: int = 1
    limit: int = PAGE


class Found(Value):
    """One page of ids, and how many there are in all."""

    total: int
    ids: tuple[str, ...]


class History(Protocol):
    """Reads by position; nothing is unsealed."""

    def lines(self, selection: Selection) -> Sequence[HistoryLine]: ...

    def count(self, selection: Selection) -> int: ...

    def line(self, position: int) -> HistoryLine | None:
        """None where no fact of a report stands there."""
        ...

    def reports(self, selection: Selection) -> Sequence[UUID]:
        """Raised in the time, in the order of the log; ``topics`` and ``report_id`` are void."""
        ...

    def count_reports(self, selection: Selection) -> int: ...

    def districts(self, report_id: UUID) -> Sequence[DistrictCode]:
        """The centres whose the report was; empty for no such report."""
        ...


class LogEventDesk:
    """For auditors alone. Holds no personal data, so a look leaves no access record."""

    def __init__(self, history: History, names: Names) -> None:
        self._history = history
        self._names = names

    def permit(self, context: Context) -> None:
        """Refuse everybody but auditors and the machine's own command."""
        allow(context, Role.AUDITOR, Role.SYSTEM)

    def select(  # noqa: PLR0913
        self,
        context: Context,
        *,
        event_type: str | None = None,
        incident_id: str | None = None,
        since: AwareDatetime | None = None,
        until: AwareDatetime | None = None,
        start: int = 1,
        limit: int = PAGE,
    ) -> Selection:
        """What the standard's parameters ask for.

        Raises:
            Unknown: the incident id is none.
            Forbidden: the asker is no auditor.
        """
        self.permit(context)
        report_id = None if incident_id is None else self._report(incident_id)
        return Selection(
            topics=report_topics() if event_type is None else topics_of(event_type),
            report_id=report_id,
            since=since,
            until=until,
            start=start,
            limit=min(limit, PAGE_MAX),
        )

    def log_events(
        self, context: Context, selection: Selection
    ) -> tuple[int, Sequence[LogEventContainer]]:
        self.permit(context)
        total = self._history.count(selection)
        lines = self._history.lines(selection)
        return total, [container(line, self._names) for line in lines]

    def log_event(self, context: Context, log_event_id: str) -> LogEventContainer:
        """One event.

        Raises:
            Unknown: no fact of a report has this id.
        """
        self.permit(context)
        position = self._names.position_of(log_event_id)
        line = None if position is None else self._history.line(position)
        if line is None:
            raise Unknown(log_event_id)
        return container(line, self._names)

    def log_event_ids(self, context: Context, selection: Selection) -> Found:
        self.permit(context)
        ids = (self._names.log_event(line.position) for line in self._history.lines(selection))
        return Found(total=self._history.count(selection), ids=tuple(ids))

    def incident_ids(self, context: Context, selection: Selection) -> Found:
        self.permit(context)
        ids = (self._names.incident(one) for one in self._history.reports(selection))
        return Found(total=self._history.count_reports(selection), ids=tuple(ids))

    def agency_ids(self, context: Context, incident_id: str) -> Found:
        """The centres whose the report was, and those who were asked for help.

        Raises:
            Unknown: there is no such incident.
        """
        self.permit(context)
        report_id = self._report(incident_id)
        codes = list(self._history.districts(report_id))
        if not codes:
            raise Unknown(incident_id)
        asked = Selection(topics=tuple(HELPERS), report_id=report_id, limit=PAGE_MAX)
        codes += [HELPERS[line.topic] for line in self._history.lines(asked)]
        ids = tuple(self._names.agency(code) for code in dict.fromkeys(codes))
        return Found(total=len(ids), ids=ids)

    def _report(self, incident_id: str) -> UUID:
        report_id = self._names.incident_of(incident_id)
        if report_id is None:
            raise Unknown(incident_id)
        return report_id
