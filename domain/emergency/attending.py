"""Whether whoever holds a report is there to act on it.

A holder who gives no sign of life for a while may be relieved without a reason. That she was away
is a fact of the report, so that every take-over can be accounted for; nothing is released by it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, applies
from domain.emergency import facts
from domain.emergency.state import EmergencyState
from domain.emergency.vocabulary import Stage
from domain.policy import Policy


class HolderAway(Fact):
    """The holder's console heard no human hand for ``silent_s``: anyone may take the report."""

    TOPIC: ClassVar[str] = "emergency.holder_away"

    operator_id: UUID
    last_seen_at: AwareDatetime
    silent_s: float


class HolderBack(Fact):
    """The holder's hand was felt again."""

    TOPIC: ClassVar[str] = "emergency.holder_back"

    operator_id: UUID


class Attending(EmergencyState):
    """Signs of life of the holder: input on a console, or any step on this report."""

    holder_seen_at: datetime | None = None
    holder_away: bool = False

    def holder_silent(
        self, *, operator_id: UUID, last_seen_at: datetime | None, at: datetime, policy: Policy
    ) -> None:
        """Keep that the holder is away, once.

        Nothing happens when the report is in another hand, or she has been seen since.

        Args:
            operator_id: whose console is silent.
            last_seen_at: of the last input there; None when no console of hers is known.
            at: the moment.
            policy: says how long a silence is one.
        """
        if self.stage is not Stage.CLAIMED or self.held_by != operator_id or self.holder_away:
            return
        seen_at = max(one for one in (last_seen_at, self.holder_seen_at) if one is not None)
        if at >= seen_at + timedelta(seconds=policy.input_stale_s):
            self.record(
                HolderAway,
                at=at,
                operator_id=operator_id,
                last_seen_at=seen_at,
                silent_s=(at - seen_at).total_seconds(),
            )

    def holder_seen(self, *, operator_id: UUID, at: datetime) -> None:
        """Keep that a holder who was away is back; else nothing."""
        if self.held_by == operator_id and self.holder_away:
            self.record(HolderBack, at=at, operator_id=operator_id)

    @applies(HolderAway)
    def _holder_away(self, _fact: HolderAway) -> None:
        self.holder_away = True

    @applies(HolderBack)
    def _holder_back(self, fact: HolderBack) -> None:
        self.holder_away = False
        self.holder_seen_at = fact.timestamp

    def _take(self, operator_id: UUID, at: datetime, act_by: datetime) -> None:
        super()._take(operator_id, at, act_by)
        self.holder_away = False
        self.holder_seen_at = at

    @applies(facts.CameraViewed, facts.PoliceRequested, facts.AmbulanceRequested, facts.NoteAdded)
    def _holder_stepped(self, fact: Any) -> None:
        if fact.operator_id is not None and fact.operator_id == self.held_by:
            self.holder_seen_at = fact.timestamp
