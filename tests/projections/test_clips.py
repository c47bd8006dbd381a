"""Given clips, then what the report's page shows of them."""

from __future__ import annotations

from uuid import uuid5

from domain.emergency import facts
from domain.emergency.filming import Container, VideoAttached, VideoRefusal, VideoRefused
from tests.projections.test_report_detail import ACCEPTED, detail
from tests.story import CITIZEN, moment, report

FIRST, SECOND = uuid5(report(1), "clip/1"), uuid5(report(1), "clip/2")
PHONE = uuid5(CITIZEN, "phone")
WHOSE = {"citizen_id": CITIZEN, "device_id": PHONE}
FOOTAGE = {
    "sha256": "ab" * 32,
    "size_bytes": 1_000_000,
    "duration_s": 5.0,
    "codec": "h264",
    "container": Container.MP4,
    "width_px": 1280,
    "height_px": 720,
}
ATTACHED = {**WHOSE, **FOOTAGE, "address": "cd" * 32, "sealed_bytes": 1_000_500}
REFUSED = {**WHOSE, "cause": VideoRefusal.UNCHECKED, "size_bytes": 7, "limit": None}


def test_a_report_without_clips_has_none() -> None:
    assert detail(*ACCEPTED).clips == ()


def test_a_clip_stands_with_all_that_a_viewer_needs() -> None:
    row = detail(*ACCEPTED, (VideoAttached, {"clip_id": FIRST, **ATTACHED}))
    [clip] = row.clips
    assert clip.refused is None
    assert (clip.clip_id, clip.device_id, clip.at, clip.position) == (FIRST, PHONE, moment(3), 3)
    assert {name: getattr(clip, name) for name in FOOTAGE} == FOOTAGE
    assert row.last_topic == VideoAttached.TOPIC


def test_clips_stand_in_the_order_in_which_they_came() -> None:
    row = detail(
        facts.Triggered,
        (VideoRefused, {"clip_id": FIRST, **REFUSED}),
        (VideoAttached, {"clip_id": SECOND, **ATTACHED}),
    )
    assert [(one.clip_id, one.refused) for one in row.clips] == [
        (FIRST, VideoRefusal.UNCHECKED),
        (SECOND, None),
    ]


def test_what_is_taken_after_all_stands_once() -> None:
    row = detail(
        *ACCEPTED,
        (VideoRefused, {"clip_id": FIRST, **REFUSED}),
        (VideoAttached, {"clip_id": FIRST, **ATTACHED}),
    )
    assert [(one.clip_id, one.refused) for one in row.clips] == [(FIRST, None)]
