"""The numbers of checks for hidden cameras and of lent detectors: part of ``domain.policy``."""

from __future__ import annotations

from pydantic import Field

from domain.base import Value


class InspectionNumbers(Value):
    """Part of ``Policy``. The press release of 2023-09-05 names the form, and no number of it."""

    inspection_times_max: int = Field(default=3, ge=1)
    """Times that an applicant may wish for: ours."""

    inspection_ahead_days: float = Field(default=60.0, gt=0)
    """How far ahead a visit may lie: ours."""

    inspection_decide_days: float = Field(default=3.0, gt=0)
    """Three days until an undecided request is shown as late: ours, since a public office answers
    a simple request within three to seven days."""

    inspection_gap_s: float = Field(default=1800.0, ge=0)
    """Half an hour between two visits of a team, to get there: ours."""

    inspection_result_within_s: float = Field(default=86_400.0, gt=0)
    """A day after a visit its result is asked for: ours."""

    detector_days_max: int = Field(default=7, ge=1)
    """Ours; districts that lend detectors name three to seven days."""

    detector_collect_days: float = Field(default=2.0, gt=0)
    """Two days until a detector that nobody came for is free again: ours."""

    detector_remind_before_s: float = Field(default=43_200.0, ge=0, lt=86_400)
    """Half a day before it is due: ours, and always after it was handed over."""

    form_tries_max: int = Field(default=10, ge=1)
    form_tries_within_s: float = Field(default=600.0, gt=0)
    """Forms that one address may send, and wrong codes that it or one reference bears, within ten
    minutes: ours. A code of ten characters out of 32 is then guessed in no lifetime."""
