"""From the meeting to the door: the code, arriving, and how else it may end."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from domain.base import ERASED, Erased
from domain.escort import facts
from domain.escort.refusals import (
    CodeLocked,
    EndNoteLength,
    NoTeam,
    TooEarlyToMeet,
)
from domain.escort.vocabulary import EscortEnd, EscortStage, ToldBy
from domain.escort.watched import Watched
from domain.policy import Policy
from domain.watching.route import Route, RouteKind


class Walking(Watched):
    """They walk only after the code was right."""

    def meet(self, code: str, *, scout_id: UUID, at: datetime, policy: Policy) -> bool:
        """Check the code that the citizen says; right, they set out.

        A scout who asks again once they walk changes nothing. A wrong code is counted.

        Returns:
            Whether they walk.

        Raises:
            WasCancelled, EscortOver: nobody sets out any more.
            NoTeam, TooEarlyToMeet: nobody does yet.
            CodeLocked: too many were wrong.
        """
        self._must_live()
        if self.under_way:
            return True
        if self.team_id is None:
            raise NoTeam(str(self.id))
        if at < self.meet_from:
            raise TooEarlyToMeet(self.meet_from.isoformat())
        tries_left = policy.escort_code_tries_max - self.codes_wrong
        if tries_left <= 0:
            raise CodeLocked(str(self.id))
        if not self._is_code(code):
            self.record(facts.CodeRefused, at=at, scout_id=scout_id, tries_left=tries_left - 1)
            return False
        self.record(facts.Met, at=at, team_id=self.team_id, scout_id=scout_id)
        self._set_out(at=at, policy=policy)
        return True

    def renew_code(self, code: str, *, operator_id: UUID, at: datetime) -> None:
        """Give the citizen another code, with as many tries.

        Raises:
            WasCancelled, EscortOver, UnderWay: nobody asks for it any more.
        """
        self._must_wait()
        self.record(
            facts.CodeRenewed,
            at=at,
            citizen_id=self.citizen_id,
            operator_id=operator_id,
            code=code,
        )

    def arrive(
        self, told_by: ToldBy, *, scout_id: UUID | None = None, at: datetime, policy: Policy
    ) -> None:
        """They are there. The citizen's word ends it; the scouts' she may still contradict.

        Raises:
            WasCancelled, EscortOver: it is over.
            NotMet: they never set out.
        """
        if self.stage is EscortStage.COMPLETED:
            return
        self._must_walk()
        own = told_by is ToldBy.CITIZEN
        if self.stage is EscortStage.WALKING:
            self._arrived_by(told_by, scout_id=scout_id, at=at, policy=policy)
        if own:
            self.record(facts.Completed, at=at, told_by=told_by)

    def deny_arrival(self, *, at: datetime) -> None:
        """The citizen says no; where nobody said that she is home, nothing changes.

        Raises:
            WasCancelled, EscortOver: it is over.
        """
        self._must_live()
        if self.stage is EscortStage.ARRIVED:
            self.record(facts.ArrivalDenied, at=at)

    def confirm_due(self, *, at: datetime) -> None:
        """The citizen did not say no."""
        if self.stage is EscortStage.ARRIVED and self._is_due(self.confirm_by, at):
            self.record(facts.Completed, at=at, told_by=ToldBy.TIMER)

    def end(
        self, end: EscortEnd, *, note: str, operator_id: UUID, at: datetime, policy: Policy
    ) -> None:
        """The centre ends what does not end by itself.

        Raises:
            WasCancelled, EscortOver: it is over.
            EndNoteLength: it is not explained.
        """
        self._must_live()
        if not policy.note_chars_min <= len(note.strip()) <= policy.note_chars_max:
            raise EndNoteLength(str(len(note.strip())))
        self.record(
            facts.Ended,
            at=at,
            operator_id=operator_id,
            end=end,
            citizen_id=self.citizen_id,
            note=note.strip(),
        )

    def _is_code(self, code: str) -> bool:
        """Never the right one once the citizen has been erased."""
        known = self.code
        if isinstance(known, Erased):
            return False
        return hmac.compare_digest(known.encode(), code.strip().encode())

    def _set_out(self, *, at: datetime, policy: Policy) -> None:
        walk_s = self.distance_m / policy.escort_walk_m_per_s + policy.escort_overdue_margin_s
        self.record(
            facts.Started,
            at=at,
            district=self.district,
            citizen_id=self.citizen_id,
            due_at=at + timedelta(seconds=walk_s),
            watch_by=at + timedelta(seconds=policy.escort_watch_within_s),
            route=self._way(policy),
        )

    def _way(self, policy: Policy) -> Route | Erased:
        """As the crow flies, and wide, since nobody walks through houses."""
        if isinstance(self.meeting, Erased) or isinstance(self.destination, Erased):
            return ERASED
        wide_m = max(policy.corridor_m, policy.corridor_share * self.distance_m)
        points = (self.meeting, self.destination)
        return Route(kind=RouteKind.STRAIGHT, points=points, half_width_m=wide_m)
