"""The numbers that a city decides, each with its source.

A number that a rule used is stored in the fact (a deadline, a district); changing one
here never changes the past.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import Field

from domain.escort_numbers import EscortNumbers
from domain.facility_numbers import FacilityNumbers
from domain.inspection_numbers import InspectionNumbers
from domain.membership_numbers import MembershipNumbers
from domain.message_numbers import MessageNumbers
from domain.protection_numbers import ProtectionNumbers
from domain.taxi_numbers import TaxiNumbers

SEOUL = ZoneInfo("Asia/Seoul")

REOPEN_MAX_S = 3600.0
"""Our own bound: the queue looks so far for what was cancelled, however long the log."""

ANNOUNCEMENT_KO = "긴급신고가 접수되었습니다. 경찰관을 연결 중입니다"
"""Spoken since 2023-09-07; press release of 2023-09-05, first item."""


class EscalationLevel(StrEnum):
    """How far an unanswered report has risen; DESIGN, policy numbers."""

    SUPERVISOR = "supervisor"
    NEIGHBOUR = "neighbour"
    CITY = "city"
    POLICE = "police"
    IDLE_CLAIM = "idle_claim"


class Policy(
    EscortNumbers,
    FacilityNumbers,
    InspectionNumbers,
    MembershipNumbers,
    TaxiNumbers,
    MessageNumbers,
    ProtectionNumbers,
):
    """One city's numbers; the defaults are Seoul's."""

    cancel_window_s: float = Field(default=5.0, ge=0)
    """“5초 이내에 취소”: press release of 2023-09-05."""

    shakes_min: int = 3
    volume_presses_min: int = 3
    """“3회 이상”, the volume key on Android only: press release of 2023-09-05."""

    guardians_max: int = 5
    """“보호자(최대 5인)”: press release of 2023-09-05."""

    shift_ends: tuple[time, ...] = (time(7, 0), time(15, 0), time(23, 0))
    """Times in Seoul at which the history is sealed on top of its interval. Three shifts of eight
    hours are our assumption: no public document states the control rooms' hours."""

    answer_within_s: float = 15.0
    """90 % of calls answered within 15 s: NENA-STA-020.1-2020."""

    escalate_supervisor_s: float = 15.0
    escalate_neighbour_s: float = 30.0
    escalate_city_s: float = 60.0
    escalate_police_s: float | None = 90.0
    """Unclaimed report: DESIGN, policy numbers; counted from acceptance. The supervisor, neighbours
    and the city are called; None for the police: they are never asked by themselves."""

    pages_together_s: float = Field(default=10.0, ge=0)
    """Reports that call one line of a control room within ten seconds share the next call, which
    says how many they are; the first call is made at once. Ours; with 0 each calls for itself."""

    act_within_s: float = 30.0
    """No action after a claim rings again: DESIGN, policy numbers."""

    free_take_over_s: float = 20.0
    """A claim may be taken over without a reason within this time: DESIGN."""

    input_beat_s: float = 15.0
    input_stale_s: float = 45.0
    """A console says every 15 s whether a human hand was felt; three missed, its operator is away:
    what she holds may be taken, and where nobody else was felt, what rings there rings around it at
    once: DESIGN, policy numbers; the report in full, rule 6."""

    console_stale_s: float = 45.0
    """A console that was not heard of for three beats is gone: DESIGN, policy numbers."""

    watch_stale_s: float = 600.0
    """A centre whose consoles nobody has touched for ten minutes is closed, and the city is called:
    ours. Operators watch other screens for minutes on end, and are called back by what rings."""

    view_dwell_s: float = 2.0
    """A report that stood on a screen for less was not looked at: ours, against flicking."""

    view_beat_s: float = 15.0
    view_stale_s: float = 45.0
    """A screen says every 15 s what it shows; silent for 45 s, it is closed: DESIGN."""

    many_triggers: int = Field(default=10, ge=2)
    many_triggers_within_s: float = Field(default=600.0, gt=0)
    """So many triggers of one device within ten minutes are labelled, and act as before: ours, a
    fifth of the fifty that must be; no source says how many are many."""

    stale_fix_s: float = 120.0
    """A position older than this at receipt is flagged, never refused."""

    poor_accuracy_m: float = 500.0
    """A position worse than this is flagged, never refused."""

    track_every_s: float = 30.0
    track_move_m: float = 100.0
    """Of the positions that flow, the log keeps one this often, or when she has gone this far:
    ours; a person walks 40 m in that time, and five hours at that pace are 600 facts."""

    fix_gap_s: float = 1.0
    """Positions that follow closer than this are thinned out, never refused: ours."""

    fix_ahead_s: float = 5.0
    """A position farther in the future, by our clock, says nothing: ours."""

    corridor_m: float = Field(default=150.0, ge=0)
    corridor_share: float = Field(default=0.25, ge=0)
    """How far beside a straight line is still on the way: at least a block, and a quarter of its
    length, since nobody walks through houses: ours, until streets are known."""

    stray_after_s: float = Field(default=60.0, ge=0)
    """So long off the way, and she is asked: ours; one wrong turn is taken back in that time."""

    still_within_m: float = Field(default=30.0, ge=0)
    still_after_s: float = Field(default=180.0, ge=0)
    """So long at one place, and she is asked: ours; longer than any red light, shorter than a talk
    at the door."""

    arrive_within_m: float = Field(default=50.0, ge=0)
    arrive_after_s: float = Field(default=20.0, ge=0)
    """So near the place, for so long, and she is there: ours; who walks past is not."""

    trouble_again_s: float = Field(default=300.0, ge=0)
    """What has passed is not asked about anew before: ours, against a question at every corner."""

    watched_max: int = Field(default=6, ge=1)
    """How many one operator watches on their way at once: ours; a wall of cameras is followed by a
    few eyes, and no source says by how many."""

    watch_supervisor_s: float = Field(default=30.0, ge=0)
    watch_neighbour_s: float = Field(default=60.0, ge=0)
    watch_city_s: float = Field(default=120.0, ge=0)
    """Who waits for an operator, or does not answer and is not seen to, rises so: ours, slower than
    an emergency, since nothing has happened yet."""

    check_in_answer_s: float = Field(default=30.0, ge=0)
    """“No answer in 30 s”: return monitoring."""

    ask_again_s: float = Field(default=600.0, ge=0)
    """Who said that all is well while something is amiss still is asked again after ten minutes:
    ours, as an emergency's second look."""

    overdue_after_s: float = Field(default=300.0, ge=0)
    """So long after she was expected she is asked: ours, a red light and a talk."""

    monitoring_s_max: float = Field(default=21_600.0, gt=0)
    """Longer ahead nobody is expected: ours; the city is crossed on foot in six hours."""

    lights_ahead_m: float = Field(default=200.0, ge=0)
    lights_s: float = Field(default=600.0, ge=0)
    """“Lights brighter along the next 200 m”: return monitoring; by themselves as before after ten
    minutes, should nobody say so: ours."""

    signal_lost_after_s: float = 120.0
    """“120 s without a usable fix”: the report in full, rule 5."""

    live_positions_s: float = 3600.0
    """How long the transient live map remembers a position of an open case: ours."""

    border_after_s: float = 30.0
    """“More than 30 s inside another district”: the report in full, rule 6."""

    border_accuracy_m: float = 50.0
    """A position worse than this says nothing of borders: notes on geography, measured."""

    border_margin_m: float = 30.0
    """The boundaries are simplified, and run this far beside each other: measured."""

    transfer_answer_s: float = 15.0
    """“Refusal or 15 s returns it”: the report in full, rule 6."""

    transfer_again_s: float = 300.0
    """After that it is not offered by itself again for five minutes: ours, against flapping."""

    clock_skew_s: float = 60.0
    """A device's clock farther off than this is flagged; our clock rules anyway."""

    note_chars_min: int = 10
    note_chars_max: int = 1000
    """An ending is explained, briefly: the spine, part 4."""

    reopen_cancelled_within_s: float = Field(default=600.0, ge=0, le=REOPEN_MAX_S)
    """A cancelled report can be reopened for 10 minutes: the report in full, rule 2."""

    pin_digits_min: int = 4
    pin_digits_max: int = 8
    """Digits of a cancel PIN: the report in full, rule 2."""

    pin_tries_max: int = 5
    """Wrong PINs that one report, or one hour of changing the PIN, bears: ours; a four-digit PIN is
    then guessed once in 2,000 (NIST SP 800-63B, 5.2.2 would bear 100)."""

    pin_tries_within_s: float = 3600.0
    """How long wrong PINs of a change are counted: ours."""

    signature_valid_s: float = 300.0
    """A signed request is good for so long: as between the house and its partners."""
    call_retries: int = Field(default=1, ge=0)
    """“with one retry and then text”: the report in full, rule 7."""

    call_retry_after_s: float = Field(default=10.0, ge=0)
    """From an unanswered call to the next one: ours; the phone rings out within a minute."""

    recheck_after_s: float = Field(default=600.0, ge=0)
    """“I'm fine” is checked again in 10 minutes: the report in full, rule 7."""

    message_chars_max: int = 1000
    """As an ending's note: ours."""

    follow_up_within_days: float = 30.0
    """How far ahead contact may be planned: ours, within the keeping of a case."""

    clip_s: float = 5.0
    """“후면 카메라의 5초간 현장 영상”: manual attached to the press release of 2023-09-05."""
    clip_tolerance_s: float = 5.0
    """Ours: phones begin and end a recording at key frames, and as they find time."""
    clip_bytes_max: int = 20_000_000
    """The report in full, rule 1: at most 20 MB."""
    clip_pixels_max: int = 3840 * 2160
    clip_frames_per_s_max: int = 120
    """Ours: what cameras of phones film at most; more is a bomb."""
    clips_max: int = 8
    """Ours: one for each trigger that joins, with room for repeats."""
    clips_tried_max: int = 32
    """Ours: refused ones count here, so that a broken phone still has room for a good clip."""
    clip_after_cancel_s: float = 600.0
    """A cancelled report is shown for 10 minutes, with its clip: the report in full, rule 2."""
    clip_after_resolved_s: float = 3600.0
    """Ours: a phone that comes back into the net may still send what it has."""
    clip_silent_s: float = 3600.0
    """Ours: an upload of which nothing more has come for so long is given up."""

    def at(self, _moment: datetime) -> Policy:
        """These numbers are always in force; see ``application.policies_in_force``."""
        return self

    @property
    def clip_s_max(self) -> float:
        return self.clip_s + self.clip_tolerance_s

    join_within_s: float = Field(default=900.0, ge=0)
    join_within_m: float = Field(default=300.0, ge=0)
    """A further trigger this long after the last one, or this far from where its citizen was last
    known to be, is a report of its own, linked to the first: the report in full, rule 3."""

    drill_mode_s: float = Field(default=600.0, ge=0)
    """Drill mode switches itself off after 10 minutes: the citizens' app, settings."""

    def escalations_s(self) -> tuple[tuple[EscalationLevel, float], ...]:
        """Seconds after acceptance at which an unclaimed report rises, in order."""
        rises = (
            (EscalationLevel.SUPERVISOR, self.escalate_supervisor_s),
            (EscalationLevel.NEIGHBOUR, self.escalate_neighbour_s),
            (EscalationLevel.CITY, self.escalate_city_s),
            (EscalationLevel.POLICE, self.escalate_police_s),
        )
        return tuple((level, after_s) for level, after_s in rises if after_s is not None)

    def idle_escalations_s(self) -> tuple[tuple[EscalationLevel, float], ...]:
        """Seconds after an idle claim rang again at which it rises further.

        Ringing again calls the supervisor, so the rest follows as it does after her call.
        """
        return tuple(
            (level, max(0.0, after_s - self.escalate_supervisor_s))
            for level, after_s in self.escalations_s()
            if level is not EscalationLevel.SUPERVISOR
        )

    @property
    def cancel_window(self) -> timedelta:
        return timedelta(seconds=self.cancel_window_s)
