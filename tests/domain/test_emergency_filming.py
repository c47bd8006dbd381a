"""Clips: they add to a report at any stage, once each, and never change its course."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

import pytest

from domain.emergency import Emergency
from domain.emergency.filming import (
    Container,
    Footage,
    Kept,
    TooManyVideos,
    VideoAttached,
    VideoRefusal,
    VideoRefused,
    VideoTooLate,
)
from domain.emergency.vocabulary import CancelRefusal
from domain.policy import Policy
from tests.domain.reports import (
    JIYOUNG,
    POLICY,
    REPORT,
    accept,
    accepted,
    after,
    cancelled,
    claimed,
    resolved,
    triggered,
    under_duress,
)
from tests.scenario import Scenario

PHONE = uuid5(JIYOUNG, "phone")
CLIP = uuid5(REPORT, "clip/1")
FOOTAGE = Footage(
    sha256="ab" * 32,
    size_bytes=1_200_000,
    duration_s=5.2,
    codec="h264",
    container=Container.MP4,
    width_px=1280,
    height_px=720,
)
KEPT = Kept(address="cd" * 32, sealed_bytes=1_200_600)


def accepted_under_duress() -> Scenario[Emergency]:
    return accept(under_duress())


def ended_under_duress() -> Scenario[Emergency]:
    return resolved(claimed(accepted_under_duress()))


def attach(clip_id: UUID = CLIP, *, at_s: float = 20, policy: Policy = POLICY, **changes: Any):
    def step(report: Emergency) -> None:
        report.attach_video(
            clip_id,
            FOOTAGE.model_copy(update=changes),
            KEPT,
            device_id=PHONE,
            at=after(at_s),
            policy=policy,
        )

    return step


def refuse(reason: VideoRefusal, *, at_s: float = 20):
    def step(report: Emergency) -> None:
        report.refuse_video(CLIP, reason, device_id=PHONE, size_bytes=7, at=after(at_s))

    return step


def admit(at_s: float, policy: Policy = POLICY):
    return lambda report: report.admit_video(at=after(at_s), policy=policy)


def filmed(report: Scenario[Emergency] | None = None, number: int = 1) -> Scenario[Emergency]:
    return (report or accepted()).given(
        VideoAttached,
        timestamp=after(19),
        citizen_id=JIYOUNG,
        clip_id=uuid5(REPORT, f"clip/{number}"),
        device_id=PHONE,
        **dict(FOOTAGE),
        **dict(KEPT),
    )


def not_taken(cause: VideoRefusal) -> Scenario[Emergency]:
    return accepted().given(
        VideoRefused,
        timestamp=after(19),
        citizen_id=JIYOUNG,
        clip_id=CLIP,
        device_id=PHONE,
        cause=cause,
        size_bytes=7,
        limit=None,
    )


@pytest.mark.parametrize("given", [triggered, accepted, claimed, cancelled, resolved])
def test_a_clip_is_kept_at_any_stage(given) -> None:
    given().when(attach(at_s=610)).then(
        (
            VideoAttached,
            {
                "citizen_id": JIYOUNG,
                "clip_id": CLIP,
                "device_id": PHONE,
                "sha256": FOOTAGE.sha256,
                "size_bytes": 1_200_000,
                "duration_s": 5.2,
                "codec": "h264",
                "container": Container.MP4,
                "width_px": 1280,
                "height_px": 720,
                "address": KEPT.address,
                "sealed_bytes": 1_200_600,
            },
        )
    )


def test_told_twice_it_is_kept_once() -> None:
    filmed().when(attach()).then()
    filmed().when(refuse(VideoRefusal.TIMED_OUT)).then()


def test_a_clip_changes_nothing_of_the_course_of_a_report() -> None:
    def step(report: Emergency) -> None:
        before = (report.stage, report.ringing, report.held_by, report.acted, report.turned_at)
        attach()(report)
        now = (report.stage, report.ringing, report.held_by, report.acted, report.turned_at)
        assert now == before

    claimed().when(step).then(VideoAttached)


def test_a_second_clip_stands_beside_the_first() -> None:
    def step(report: Emergency) -> None:
        attach(uuid5(REPORT, "clip/2"))(report)
        assert len(report.clips) == 2

    filmed().when(step).then(VideoAttached)


@pytest.mark.parametrize(
    ("changes", "reason", "limit"),
    [
        ({"duration_s": 10.1}, VideoRefusal.TOO_LONG, 10.0),
        ({"size_bytes": 20_000_001}, VideoRefusal.TOO_LARGE, 20_000_000),
    ],
)
def test_a_clip_over_the_policy_is_refused_with_the_number_it_broke(changes, reason, limit) -> None:
    accepted().when(attach(**changes)).then((VideoRefused, {"cause": reason, "limit": limit}))
    accepted().when(attach(duration_s=10.0, size_bytes=20_000_000)).then(VideoAttached)


def test_one_more_than_may_be_is_refused_as_such() -> None:
    filmed().when(attach(uuid5(REPORT, "clip/2"), policy=Policy(clips_max=1))).then(
        (VideoRefused, {"cause": VideoRefusal.TOO_MANY, "limit": 1})
    )


def test_a_refused_clip_is_shown_once_with_its_reason() -> None:
    accepted().when(refuse(VideoRefusal.PLAYLIST)).then(
        (VideoRefused, {"clip_id": CLIP, "cause": VideoRefusal.PLAYLIST, "size_bytes": 7})
    )

    def twice(report: Emergency) -> None:
        refuse(VideoRefusal.BOMB)(report)
        refuse(VideoRefusal.BOMB)(report)
        attach()(report)

    accepted().when(twice).then(VideoRefused)


@pytest.mark.parametrize("cause", [VideoRefusal.UNCHECKED, VideoRefusal.INCOMPLETE])
def test_what_was_not_checked_or_not_whole_may_be_kept_later(cause) -> None:
    not_taken(cause).when(attach()).then(VideoAttached)
    not_taken(cause).when(refuse(VideoRefusal.BOMB)).then(VideoRefused)
    not_taken(cause).when(refuse(cause)).then()
    not_taken(VideoRefusal.BOMB).when(attach()).then()


@pytest.mark.parametrize("given", [triggered, accepted, claimed])
def test_a_clip_may_come_as_long_as_the_report_is_open(given) -> None:
    given().when(admit(86_400)).then()


@pytest.mark.parametrize(
    ("given", "ended_s", "for_s"), [(cancelled, 3, 600), (resolved, 600, 3600)]
)
def test_after_the_end_it_may_come_for_a_while(given, ended_s, for_s) -> None:
    given().when(admit(ended_s + for_s)).then()
    given().when(admit(ended_s + for_s + 0.1)).then_refused(VideoTooLate)


@pytest.mark.parametrize("given", [under_duress, accepted_under_duress, ended_under_duress])
def test_what_the_phone_takes_for_cancelled_takes_clips_as_if_it_were(given) -> None:
    """Who holds the phone may try: the answer must not tell that the report goes on."""
    given().when(admit(603)).then()
    given().when(admit(603.1)).then_refused(VideoTooLate)


def test_what_the_phone_takes_for_resolved_takes_clips_as_if_it_were() -> None:
    report = under_duress(
        resolved(), timestamp=after(700), told=CancelRefusal.LATE, accept_by=after(700)
    )
    report.when(admit(4200)).then()
    report.when(admit(4200.1)).then_refused(VideoTooLate)


def test_a_report_has_room_for_so_many_clips() -> None:
    filmed().when(admit(30, Policy(clips_max=2))).then()
    filmed(filmed(), 2).when(admit(30, Policy(clips_max=2))).then_refused(TooManyVideos)


def test_a_cancelled_report_shows_its_clips_for_ten_minutes() -> None:
    shown: list[bool] = []

    def look(at_s: float):
        return lambda report: shown.append(
            report.shows_clips_to_centres(at=after(at_s), policy=POLICY)
        )

    cancelled().when(look(603)).then()
    cancelled().when(look(604)).then()
    resolved().when(look(86_400)).then()
    triggered().when(look(1)).then()
    assert shown == [True, False, True, True]
