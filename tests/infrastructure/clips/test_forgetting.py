"""Clips go with the citizen, with the report, and after their term; and nothing of them is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from application.clips.errors import ClipErased, ClipHidden, ClipLost, ClipStoreUnavailable
from application.clips.receiving import BeginClip, Sender
from application.clips.showing import ClipShowing
from application.context import Context, Principal
from application.emergency.commands import CancelReport, TriggerReceipt
from application.errors import Forbidden, Unknown
from application.export_desk import ExportReport
from application.hold_desk import PlaceHold
from application.identity import DeviceIdentity
from application.member_desk import MemberReceipt
from domain.emergency import Emergency
from domain.hold_kind import HoldKind
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role
from infrastructure.clips.folder_store import FolderStore
from interfaces.demo.camera import filmed
from tests.clusters import Database
from tests.filmed import checked, files_with
from tests.infrastructure.forgotten import COMMAND, Forgetful, settings_of
from tests.memory import FrozenClock
from workers.forgetting import Forgetting

CLIP = filmed(1.0)
MIDDLE = CLIP[len(CLIP) // 2 : len(CLIP) // 2 + 64]


@pytest.fixture
def living(database: Database, redis_url: str, tmp_path: Path) -> Iterator[Forgetful]:
    forgetful = Forgetful(settings_of(tmp_path / "home", database.service_url, redis_url))
    yield forgetful
    forgetful.house.close()


def identity_of(member: MemberReceipt) -> DeviceIdentity:
    return DeviceIdentity(
        citizen_id=member.citizen_id, device_id=member.device_id, platform=Platform.ANDROID
    )


def begun(living: Forgetful, member: MemberReceipt, report_id: UUID):
    command = BeginClip(
        report_id=report_id, sender=Sender(identity=identity_of(member)), size_bytes=len(CLIP)
    )
    return living.house.clip_receiving.begin(command, COMMAND)


def films(living: Forgetful, member: MemberReceipt, report: TriggerReceipt) -> UUID:
    upload = begun(living, member, report.report_id)
    living.house.clip_receiving.take(upload, CLIP)
    checked(living.house, upload.clip_id)
    return upload.clip_id


def shown(living: Forgetful, report_id: UUID, clip_id: UUID) -> bytes:
    auditor = Context(
        principal=Principal(id=str(uuid4()), role=Role.AUDITOR), correlation_id=uuid4()
    )
    return b"".join(living.house.clip_showing.show(auditor, report_id, clip_id).blocks)


def stored(living: Forgetful) -> list[Path]:
    return [path for path in (living.house.home.path / "clips").rglob("*") if path.is_file()]


def test_a_citizens_erasure_takes_her_clips(living: Forgetful) -> None:
    member, other = living.member(), living.member("+821000001111", "이남음")
    report, others = living.raises(member), living.raises(other)
    clip, stays = films(living, member, report), films(living, other, others)
    half = begun(living, member, report.report_id)
    living.house.clip_receiving.take(half, CLIP[:5000])
    living.ends(report)
    assert shown(living, report.report_id, clip) == CLIP
    assert len(stored(living)) == 3
    forgotten = living.forgets(member.citizen_id)
    assert forgotten.clean
    assert forgotten.keys == 4, "the citizen's, the report's, its track's and its clips'"
    assert len(stored(living)) == 1
    assert living.ask("SELECT count(*) FROM clips WHERE report_id = %s", report.report_id) == [(0,)]
    assert living.ask("SELECT count(*) FROM clip_pieces") == [(1,)]
    with pytest.raises((ClipErased, ClipLost)):
        shown(living, report.report_id, clip)
    assert shown(living, others.report_id, stays) == CLIP
    assert living.house.verify_log().ok


def test_without_its_key_what_a_back_up_holds_cannot_be_read(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    clip = films(living, member, report)
    [file] = stored(living)
    content = file.read_bytes()
    living.ends(report)
    living.forgets(member.citizen_id)
    file.write_bytes(content)
    with pytest.raises(ClipErased):
        shown(living, report.report_id, clip)


def test_a_clip_that_lies_about_in_clear_is_found(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    films(living, member, report)
    living.ends(report)
    left = living.house.home.path / "left.mp4"
    left.write_bytes(CLIP)
    assert not living.forgets(member.citizen_id).clean
    left.unlink()
    assert files_with(living.house, MIDDLE) == []


def test_a_report_is_forgotten_with_its_clips_and_the_citizen_stays(living: Forgetful) -> None:
    member = living.member()
    report, other = living.raises(member), None
    clip = films(living, member, report)
    living.ends(report)
    other = living.raises(member)
    stays = films(living, member, other)
    assert living.forgets(report.report_id).clean
    with pytest.raises((ClipErased, ClipLost)):
        shown(living, report.report_id, clip)
    assert shown(living, other.report_id, stays) == CLIP


def test_an_erased_phone_sends_nothing_more(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    upload = begun(living, member, report.report_id)
    living.ends(report)
    living.forgets(member.citizen_id)
    revoked = identity_of(member).model_copy(update={"revoked": True})
    with pytest.raises(Unknown):
        living.house.clip_receiving.found(
            report.report_id, upload.clip_id, Sender(identity=revoked)
        )
    assert stored(living) == []


def test_a_store_that_keeps_what_it_should_remove_is_told(living: Forgetful, monkeypatch) -> None:
    member = living.member()
    report = living.raises(member)
    films(living, member, report)
    living.ends(report)
    with monkeypatch.context() as stubborn:
        stubborn.setattr(FolderStore, "remove", lambda *_: None)
        with pytest.raises(ClipStoreUnavailable):
            living.forgets(member.citizen_id)
    assert len(Forgetting(living.house).carry_out()) == 1
    assert stored(living) == []


def test_clips_go_after_their_term_unless_they_are_held(
    living: Forgetful, database: Database
) -> None:
    member, evidence = living.member(), living.member()
    free, held = living.raises(member), living.raises(evidence)
    films(living, member, free)
    clip = films(living, evidence, held)
    for report in (free, held):
        living.ends(report)
    living.house.hold_desk.place(
        PlaceHold(
            target=held.report_id,
            kind=HoldKind.LEGAL,
            reason="asked for by a court",
            placed_by=living.staff(),
        ),
        COMMAND,
    )
    living.folds()
    for days, gone in ((29, 0), (2, 1), (1, 0)):
        with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
            superuser.execute(
                "UPDATE read.report_detail SET last_at = last_at - make_interval(days => %s)",
                (days,),
            )
        assert Forgetting(living.house).apply_terms()["clips"] == gone
    assert len(stored(living)) == 1
    assert shown(living, held.report_id, clip) == CLIP


def test_a_cancelled_reports_clip_is_shown_for_ten_minutes(living: Forgetful) -> None:
    living.house.policy = Policy(cancel_window_s=60.0)
    member = living.member()
    report = living.raises(member)
    clip = films(living, member, report)
    command = CancelReport(report_id=report.report_id, identity=identity_of(member))
    assert living.house.emergency_desk.cancel(command, COMMAND).cancelled
    cancelled = living.house.app.load(Emergency, report.report_id)
    operator = Context(
        principal=Principal(id=str(uuid4()), role=Role.OPERATOR, district=cancelled.districts[0]),
        correlation_id=uuid4(),
    )
    house, clock = living.house, FrozenClock(cancelled.cancelled_at)
    showing = ClipShowing(
        app=house.app,
        clock=clock,
        store=house.clip_store,
        seals=house.clip_seals,
        access_log=house.access_log,
        policy=house.policy,
    )
    clock.advance(600)
    assert showing.show(operator, report.report_id, clip).footage.size_bytes == len(CLIP)
    clock.advance(0.1)
    with pytest.raises(ClipHidden):
        showing.show(operator, report.report_id, clip)
    assert shown(living, report.report_id, clip) == CLIP, "an auditor sees it for longer"
    [(refused,)] = living.ask("SELECT count(*) FROM access_records WHERE what = 'clip.refused'")
    assert refused == 1
    stranger = operator.model_copy(
        update={"principal": Principal(id=str(uuid4()), role=Role.OPERATOR, district="11110")}
    )
    with pytest.raises(Forbidden):
        showing.show(stranger, report.report_id, clip)


def test_a_case_leaves_the_house_with_its_clips(living: Forgetful) -> None:
    member = living.member()
    report = living.raises(member)
    clip = films(living, member, report)
    lost = films(living, member, report)
    living.ends(report)
    [gone] = living.house.upload_book.find(lost).addresses
    living.house.clip_store.remove(gone)
    command = ExportReport(report_id=report.report_id, reason="asked for by a court")
    made = living.house.export_desk.export(command, COMMAND, lambda _case: {})
    clips = {name: content for name, content in made.files.items() if name.startswith("clip/")}
    assert clips == {f"clip/{clip}.mp4": CLIP}
