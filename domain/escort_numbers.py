"""The city's numbers for scout escorts; a part of ``domain.policy.Policy``."""

from __future__ import annotations

from datetime import time, timedelta

from pydantic import Field

from domain.base import Value


class EscortNumbers(Value):
    """“Ours” where no public document gives the number."""

    scouts_from: time = time(22, 0)
    scouts_until: time = time(1, 0)
    """“밤10시~새벽1시”: manual attached to the press release of 2023-09-05. The first and the last
    start; an escort that has started runs on. Not later than the first: the next day's."""

    escort_slot_s: float = Field(default=1800.0, ge=60, le=7200)
    """From one start that can be booked to the next: ours."""

    escort_takes_s: float = Field(default=3600.0, ge=60)
    """How long a booking keeps its team: half an hour's walk and the way back; ours."""

    escort_reach_m: float = Field(default=2000.0, gt=0)
    """From the meeting place to the destination as the crow flies: half an hour's walk; ours."""

    scouts_per_team: int = Field(default=2, ge=1, le=4)
    """Scouts walk in twos: the issue of the services, part 4."""

    escort_remind_before_s: float = Field(default=900.0, ge=0)
    """Ours; of what is booked later than that nobody is reminded: she was just told."""

    escort_meet_before_s: float = Field(default=1800.0, ge=0)
    """They may meet and set out so long before the start, when both are there: ours."""

    escort_late_after_s: float = Field(default=300.0, ge=0)
    """Scouts who were not heard of so long after the start are late: ours."""

    escort_no_show_after_s: float = Field(default=600.0, ge=0)
    """So long after the start whoever waits may say that nobody comes, and the house asks: ours."""

    escort_give_up_after_s: float = Field(default=600.0, ge=0)
    """How long scouts wait on for a citizen who did not come: ours."""

    escort_code_digits: int = Field(default=4, ge=4, le=8)
    escort_code_tries_max: int = Field(default=5, ge=1, le=10)
    """Said aloud at the meeting; five tries guess one of four digits once in 2,000: ours."""

    escort_watch_within_s: float = Field(default=60.0, ge=0)
    """A walk that no operator watches by then is said to be unwatched, and rises: ours."""

    escort_walk_m_per_s: float = Field(default=1.0, gt=0)
    escort_overdue_margin_s: float = Field(default=600.0, ge=0)
    """Streets are no straight lines, and two people talk: ours, for when they should be there."""

    escort_apart_m: float = Field(default=100.0, ge=0)
    escort_apart_after_s: float = Field(default=60.0, ge=0)
    """So far apart for so long, whatever the accuracy, they do not walk together: ours."""

    escort_confirm_within_s: float = Field(default=300.0, ge=0)
    """After the scouts said “home” the citizen may still say no for so long: ours."""

    escort_seen_after_s: float = Field(default=18_000.0, ge=0)
    """From the last start of a night on its scouts see its escorts so long: until six; ours."""

    @property
    def escort_takes(self) -> timedelta:
        return timedelta(seconds=self.escort_takes_s)
