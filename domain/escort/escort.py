"""The scout escort (안심귀가스카우트): a team of scouts meets a citizen and walks her home."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.escort import facts
from domain.escort.asking import Wish
from domain.escort.walking import Walking
from domain.policy import Policy


class Escort(Walking):
    """One escort, from the booking to the door."""

    TOPIC = "escort"

    @staticmethod
    def create_id(citizen_id: UUID, request_id: str) -> UUID:
        """The same phone's same request is the same booking, and nobody can aim at another's."""
        return uuid5(NAMESPACE_URL, f"/escorts/{citizen_id}/{request_id}")

    @classmethod
    def book(  # noqa: PLR0913 (who, what, by whom)
        cls,
        wish: Wish,
        *,
        escort_id: UUID,
        citizen_id: UUID,
        night: date,
        team_id: UUID,
        scouts: tuple[UUID, ...],
        code: str,
        at: datetime,
        policy: Policy,
    ) -> Self:
        """Begin with a team that was free; see ``asking.asked_for`` for what is refused before.

        ``escort_id`` is of ``create_id``, ``night`` of ``asked_for``; the code is drawn for it
        alone.
        """
        starts_at = wish.starts_at
        remind_at = starts_at - timedelta(seconds=policy.escort_remind_before_s)
        return cls.begin(
            facts.Booked,
            id=escort_id,
            at=at,
            citizen_id=citizen_id,
            language=wish.language,
            district=wish.district,
            night=night,
            starts_at=starts_at,
            team_id=team_id,
            scouts=scouts,
            meeting_cell=wish.meeting_cell,
            destination_cell=wish.destination_cell,
            distance_m=round(wish.distance_m),
            skew_s=wish.skew_s,
            remind_at=remind_at if remind_at > at else None,
            meet_from=starts_at - timedelta(seconds=policy.escort_meet_before_s),
            late_at=starts_at + timedelta(seconds=policy.escort_late_after_s),
            no_show_at=starts_at + timedelta(seconds=policy.escort_no_show_after_s),
            meeting=wish.meeting,
            destination=wish.destination,
            meeting_note=wish.meeting_note,
            code=code,
        )
