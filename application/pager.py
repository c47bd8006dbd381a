"""One call a line: of reports that call the same people within seconds, one call says how many.

In a panic hundreds of reports rise within a second. A supervisor whose telephone rings for each can
answer none of them. The first call is never kept waiting; what comes while its time lasts waits for
the next one, which is for all. The reports themselves ring each for itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final, Protocol
from uuid import UUID

from application.errors import ApplicationError
from application.paging import PagePartner, PageRequest
from application.policies_in_force import Policies
from application.ports import Clock
from domain.geography import DistrictCode
from domain.policy import EscalationLevel

CENTRES: Final = "centre_closed"
"""A centre closes seldom, and each is told of by its name."""
REPORTS: Final = frozenset({EscalationLevel.SUPERVISOR, EscalationLevel.IDLE_CLAIM})
"""Calls that say how many reports ring."""


class LineTaken(ApplicationError):
    """Somebody was called there a moment ago: this call waits, and is then one for all."""

    code: ClassVar[str] = "page.line_taken"
    retryable: ClassVar[bool] = True

    def __init__(self, line: str, wait: timedelta) -> None:
        super().__init__(line)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is to call a line; both None: the asker's."""

    told_by: str | None = None
    """The call that was for this one, too."""
    wait: timedelta | None = None


class PageLines(Protocol):
    """Who called which line last: beside the log, and no fact. All moments are handed in."""

    def take(
        self, line: str, delivery_id: UUID, *, asked_at: datetime, at: datetime, within: timedelta
    ) -> Turn:
        """Take the line for a call, unless another is for this one, or has been made just now.

        Taken once, it is the delivery's own until its time is over, also after a crash.
        """
        ...

    def told(self, line: str, delivery_id: UUID, call_id: str) -> None:
        """The call was made: it is for all who asked before the line was taken."""
        ...

    def leave(self, line: str, delivery_id: UUID) -> None:
        """No call was made: the line is free again."""
        ...


class OneCallALine:
    """See ``application.paging.PagePartner``; in front of the provider.

    Args:
        partner: the provider.
        lines: who called last.
        calling: how many reports ring that have called a district's line.
        clock: ours.
        policies: how long one call is for all.
    """

    def __init__(
        self,
        partner: PagePartner,
        *,
        lines: PageLines,
        calling: Callable[[DistrictCode], int],
        clock: Clock,
        policies: Policies,
    ) -> None:
        self._partner = partner
        self._lines = lines
        self._calling = calling
        self._clock = clock
        self._policies = policies

    def page(self, request: PageRequest) -> str:
        """Call, or say which call was for this one, too.

        Raises:
            LineTaken: the line was called a moment ago.
            PartnerError: as the provider.
        """
        at = self._clock.now()
        within = timedelta(seconds=self._policies.at(at).pages_together_s)
        if request.why == CENTRES or not within:
            return self._partner.page(request)
        line, mine = f"{request.district}/{request.why}", request.delivery_id
        turn = self._lines.take(line, mine, asked_at=request.asked_at, at=at, within=within)
        if turn.told_by is not None:
            return turn.told_by
        if turn.wait is not None:
            raise LineTaken(line, turn.wait)
        return self._call(line, request)

    def _call(self, line: str, request: PageRequest) -> str:
        of_reports = request.why in REPORTS
        many = max(1, self._calling(request.district)) if of_reports else 1
        try:
            call_id = self._partner.page(request.model_copy(update={"reports": many}))
        except ApplicationError:
            self._lines.leave(line, request.delivery_id)
            raise
        self._lines.told(line, request.delivery_id, call_id)
        return call_id
