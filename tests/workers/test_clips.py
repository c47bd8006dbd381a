"""Relay and worker look at clips; killed anywhere, they look again, and the clip is kept once."""

from __future__ import annotations

import signal
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.clips.checking import CheckOutcome
from application.clips.errors import InspectionFailed, InspectionTooSlow
from application.clips.receiving import BeginClip, Sender
from application.context import Context, Principal, system
from application.errors import Forbidden, Unknown
from domain.emergency import Emergency
from domain.emergency.filming import VideoRefusal, clips_of
from domain.roles import Role
from infrastructure.bootstrap import House
from interfaces.demo.camera import filmed
from tests.waiting import until

CLIP = filmed(1.0)
CONTEXT = system("test", correlation_id=uuid4())


class Killed(BaseException):
    """Nobody catches it: what a kill -9 leaves undone stays undone."""


@pytest.fixture
def report_id(people) -> UUID:
    return people.raises().report_id


def sent(house: House, report_id: UUID, clip: bytes = CLIP) -> UUID:
    """A clip that has come whole."""
    sender = Sender(device="a phone that nobody knows")
    command = BeginClip(report_id=report_id, sender=sender, size_bytes=len(clip))
    upload = house.clip_receiving.begin(command, CONTEXT)
    for at in range(0, len(clip), 4000):
        upload = house.clip_receiving.take(upload, clip[at : at + 4000])
    return upload.clip_id


def handed_out(house: House, clip_id: UUID) -> UUID:
    assert house.upload_book.hand_out(in_flight_max=10) == [clip_id]
    return clip_id


def lease_over(plant) -> None:
    plant.ask("UPDATE clips SET lease_until = clock_timestamp() - interval '1 s' RETURNING 1")


def kept(house: House, report_id: UUID) -> list[str]:
    """Addresses that the facts name; each is in the store."""
    clips = house.app.load(Emergency, report_id).clips
    addresses = [clip.kept.address for clip in clips if clip.kept]
    assert all(house.clip_store.holds(address) for address in addresses)
    return addresses


def files(plant) -> int:
    folder = Path(plant.clip_store.removeprefix("file:"))
    return sum(1 for path in folder.rglob("*") if path.is_file())


def test_what_came_whole_is_looked_at_and_kept(plant, house, report_id) -> None:
    with plant.running("relay", "work"):
        sent(house, report_id)
        until(lambda: "video_attached" in plant.facts(report_id))
        until(lambda: plant.count("clips WHERE state = 'done'"))
        sent(house, report_id, b"#EXTM3U\nhttp://127.0.0.1:9/\n")
        until(lambda: "video_refused" in plant.facts(report_id))
    until(lambda: files(plant) == len(kept(house, report_id)) == 1)


def test_what_is_urgent_does_not_wait_for_clips(plant, house, people, report_id) -> None:
    for _ in range(6):
        sent(house, report_id)
    accepted = people.raises(people.citizen())
    people.lets_elapse(accepted)
    with plant.running("relay", "work"):
        until(lambda: "call_placed" in plant.facts(accepted.report_id))
        assert plant.facts(report_id).count("video_attached") < 6
        until(lambda: plant.facts(report_id).count("video_attached") == 6, within_s=30)


def test_a_worker_that_is_killed_in_the_middle_is_followed_by_another(
    plant, house, report_id
) -> None:
    with plant.running("relay"), plant.processes("work") as [first]:
        clip_id = sent(house, report_id)
        until(lambda: plant.count("clips WHERE claimed_at IS NOT NULL"))
        first.send_signal(signal.SIGKILL)
        first.wait()
        lease_over(plant)
        with plant.running("work"):
            until(lambda: plant.count("clips WHERE state = 'done'"))
    assert plant.facts(report_id).count("video_attached") == 1
    assert len(kept(house, report_id)) == files(plant) == 1
    assert house.upload_book.find(clip_id).is_whole


@pytest.mark.parametrize("at", ["look", "will_keep", "keep", "attach", "done", "drop"])
def test_killed_before_any_step_it_is_kept_once(plant, house, report_id, monkeypatch, at) -> None:
    clip_id = handed_out(house, sent(house, report_id))
    desk = house.clip_checking
    place = {
        "look": (desk._inspector, "inspect"),
        "will_keep": (house.upload_book, "will_keep"),
        "keep": (house.clip_store, "keep"),
        "attach": (house.app, "commit"),
        "done": (house.upload_book, "done"),
        "drop": (house.clip_store, "drop_pieces"),
    }[at]

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(*place, die)
        with pytest.raises(Killed):
            desk.attempt(clip_id)
    lease_over(plant)
    if at == "drop":  # all is done but the tidying
        assert house.upload_book.expire() == []
        assert len(kept(house, report_id)) == 1
        return
    assert house.upload_book.expire() == [clip_id]
    assert desk.attempt(handed_out(house, clip_id)).outcome is CheckOutcome.TAKEN
    assert plant.facts(report_id).count("video_attached") == 1
    assert len(kept(house, report_id)) == files(plant) == 1


def test_who_lost_the_claim_changes_nothing(plant, house, report_id, monkeypatch) -> None:
    clip_id = handed_out(house, sent(house, report_id))
    desk, look = house.clip_checking, house.clip_checking._inspector.inspect

    def overtaken(*asked: object) -> object:
        monkeypatch.undo()
        lease_over(plant)
        house.upload_book.expire()
        assert desk.attempt(handed_out(house, clip_id)).outcome is CheckOutcome.TAKEN
        return look(*asked)

    monkeypatch.setattr(desk._inspector, "inspect", overtaken)
    assert desk.attempt(clip_id).outcome is CheckOutcome.IDLE
    assert plant.facts(report_id).count("video_attached") == 1
    assert desk.attempt(clip_id).outcome is CheckOutcome.IDLE


def due(plant, house: House, clip_id: UUID) -> UUID:
    plant.ask("UPDATE clips SET next_attempt_at = clock_timestamp() RETURNING 1")
    return handed_out(house, clip_id)


def test_what_cannot_be_checked_is_shown_kept_and_checked_again(
    plant, house, report_id, monkeypatch
) -> None:
    clip_id, desk = sent(house, report_id), house.clip_checking

    def broken(*_: object) -> None:
        raise InspectionFailed("no library")

    with monkeypatch.context() as breaking:
        breaking.setattr(desk._inspector, "inspect", broken)
        made = [desk.attempt(due(plant, house, clip_id)).outcome for _ in range(4)]
    assert made == [CheckOutcome.AGAIN] * 3 + [CheckOutcome.DEAD]
    [clip] = house.app.load(Emergency, report_id).clips
    assert clip.refused is VideoRefusal.UNCHECKED
    [dead] = desk.dead_letters(CONTEXT)
    assert dead.clip_id == clip_id
    desk.replay(clip_id, CONTEXT)
    assert desk.attempt(due(plant, house, clip_id)).outcome is CheckOutcome.TAKEN
    assert len(kept(house, report_id)) == 1
    assert desk.dead_letters(CONTEXT) == []


def test_what_is_never_done_in_time_is_refused_as_such(
    plant, house, report_id, monkeypatch
) -> None:
    clip_id, desk = sent(house, report_id), house.clip_checking

    def slow(*_: object) -> None:
        raise InspectionTooSlow("40 s")

    monkeypatch.setattr(desk._inspector, "inspect", slow)
    made = [desk.attempt(due(plant, house, clip_id)) for _ in range(4)]
    assert [one.code for one in made] == ["clip.inspection_too_slow"] * 3 + ["timed_out"]


def test_a_piece_that_is_lost_or_changed_is_no_clip(plant, house, report_id) -> None:
    clip_id = sent(house, report_id)
    pieces = Path(plant.clip_store.removeprefix("file:")) / "pieces" / str(clip_id)
    file = max(pieces.iterdir())
    changed = file.read_bytes()
    file.unlink()
    made = house.clip_checking.attempt(handed_out(house, clip_id))
    assert (made.outcome, made.code) == (CheckOutcome.DEAD, "clip.lost")
    file.write_bytes(changed[:-1] + bytes([changed[-1] ^ 1]))
    house.clip_checking.replay(clip_id, CONTEXT)
    made = house.clip_checking.attempt(handed_out(house, clip_id))
    assert (made.outcome, made.code) == (CheckOutcome.DEAD, "clip.altered")


def test_a_clip_of_an_erased_report_is_forgotten(plant, house, report_id) -> None:
    clip_id = sent(house, report_id)
    house.key_ring.destroy(clips_of(report_id))
    made = house.clip_checking.attempt(handed_out(house, clip_id))
    assert made.outcome is CheckOutcome.FORGOTTEN
    assert plant.facts(report_id) == ["triggered"]
    assert files(plant) == 0


def test_only_those_on_duty_have_it_checked_again(house) -> None:
    who = Principal(id=str(uuid4()), role=Role.OPERATOR, district="11740")
    stranger = Context(principal=who, correlation_id=uuid4())
    with pytest.raises(Forbidden):
        house.clip_checking.dead_letters(stranger)
    with pytest.raises(Unknown):
        house.clip_checking.replay(uuid4(), CONTEXT)
