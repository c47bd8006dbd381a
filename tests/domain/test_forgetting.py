"""Erasures, holds and terms: what may follow what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.base import Aggregate
from domain.erasure import Erasure, ErasureReason, ErasureStage, SubjectKind
from domain.erasure.facts import AlreadyErased, NotRequested, SamePerson, TooLate
from domain.hold import HoldBook, HoldNotPlaced, HoldSamePerson, HoldTooLate, HoldUnknown
from domain.hold_kind import HoldKind
from domain.report_guard import ReportGuard
from domain.retention import RetentionRun

AT = datetime(2026, 11, 22, tzinfo=UTC)
SUBJECT, KIM, LEE = uuid4(), uuid4(), uuid4()
OPEN = (HoldKind.OPEN_CASE,)


def topics(aggregate: Aggregate) -> list[str]:
    return [type(fact).TOPIC for fact in aggregate.pending_events]


def requested(by: UUID = KIM) -> Erasure:
    return Erasure.request(
        SUBJECT,
        SubjectKind.CITIZEN,
        asked_by=by,
        reason=ErasureReason.WITHDRAWN,
        text="by letter",
        holds=OPEN,
        at=AT,
    )


def take_up(erasure: Erasure, by: UUID) -> None:
    erasure.take_up(asked_by=by, reason=ErasureReason.OTHER, text="again", holds=(), at=AT)


def confirm(erasure: Erasure, by: UUID = LEE) -> None:
    erasure.confirm(confirmed_by=by, incidents=(KIM,), devices=1, at=AT)


def decline(erasure: Erasure, by: UUID = LEE) -> None:
    erasure.decline(declined_by=by, reason="she wrote that it was not her", at=AT)


def finish(erasure: Erasure) -> None:
    erasure.done(
        keys=1,
        receipts=0,
        deliveries=0,
        values=9,
        tables=1,
        files=1,
        queue_keys=0,
        bytes_searched=1,
        at=AT,
    )


def test_one_asks_another_confirms_and_it_is_done_once() -> None:
    erasure = requested()
    assert (erasure.stage, erasure.asked_by, erasure.holds) == (ErasureStage.REQUESTED, KIM, OPEN)
    confirm(erasure)
    confirm(erasure)
    finish(erasure)
    finish(erasure)
    assert topics(erasure) == ["erasure.requested", "erasure.confirmed", "erasure.done"]
    assert (erasure.confirmed_by, erasure.incidents) == (LEE, (KIM,))


def test_the_same_person_never_confirms() -> None:
    with pytest.raises(SamePerson):
        confirm(requested(), KIM)


def test_a_members_wish_waits_until_somebody_takes_it_up() -> None:
    erasure = Erasure.ask(SUBJECT, holds=OPEN, at=AT)
    with pytest.raises(NotRequested):
        confirm(erasure)
    take_up(erasure, KIM)
    assert erasure.reason is ErasureReason.OTHER
    take_up(erasure, LEE)
    confirm(erasure, KIM)
    take_up(erasure, LEE)
    assert topics(erasure)[-1] == "erasure.confirmed", "what is confirmed is taken up by nobody"


def test_a_refusal_keeps_what_stood_against_it() -> None:
    erasure = requested()
    erasure.refuse(confirmed_by=LEE, holds=(HoldKind.LEGAL,), at=AT)
    assert (erasure.stage, erasure.holds) == (ErasureStage.REQUESTED, (HoldKind.LEGAL,))


def test_what_is_done_is_neither_asked_for_nor_confirmed_again() -> None:
    erasure = requested()
    confirm(erasure)
    finish(erasure)
    with pytest.raises(AlreadyErased):
        take_up(erasure, KIM)
    with pytest.raises(AlreadyErased):
        confirm(erasure)
    erasure.remains_found(places=("a file",), at=AT)
    assert erasure.stage is ErasureStage.DONE


@pytest.mark.parametrize("by", [KIM, LEE])
def test_a_request_is_declined_by_another_or_by_the_one_who_asked(by: UUID) -> None:
    erasure = requested(KIM)
    decline(erasure, by)
    decline(erasure, KIM)
    assert topics(erasure) == ["erasure.requested", "erasure.declined"]
    assert (erasure.stage, erasure.declined_by) == (ErasureStage.DECLINED, by)
    with pytest.raises(NotRequested):
        confirm(erasure)


def test_after_a_declination_the_staff_ask_anew() -> None:
    erasure = requested(KIM)
    decline(erasure)
    later = AT + timedelta(days=1)
    erasure.take_up(
        asked_by=KIM, reason=ErasureReason.REQUESTED, text="in person", holds=(), at=later
    )
    assert (erasure.stage, erasure.asked_at) == (ErasureStage.REQUESTED, later)
    assert (erasure.asked_by, erasure.declined_by) == (KIM, None)
    with pytest.raises(SamePerson):
        confirm(erasure, KIM)
    confirm(erasure)
    assert erasure.stage is ErasureStage.CONFIRMED


def test_after_a_declination_the_member_asks_anew_and_nobody_else_does_for_her() -> None:
    erasure = Erasure.ask(SUBJECT, holds=(), at=AT)
    erasure.ask_again(holds=(), at=AT)
    take_up(erasure, KIM)
    decline(erasure)
    erasure.ask_again(holds=OPEN, at=AT + timedelta(days=1))
    assert topics(erasure)[2:] == ["erasure.declined", "erasure.asked_again"]
    assert (erasure.stage, erasure.asked_by, erasure.reason) == (ErasureStage.ASKED, None, None)
    assert (erasure.holds, erasure.asked_at) == (OPEN, AT + timedelta(days=1))
    with pytest.raises(NotRequested):
        confirm(erasure)


def test_what_is_confirmed_can_no_more_be_declined() -> None:
    erasure = requested()
    confirm(erasure)
    with pytest.raises(TooLate):
        decline(erasure)
    erasure.remains_found(places=("a file",), at=AT)
    with pytest.raises(TooLate):
        decline(erasure)
    finish(erasure)
    with pytest.raises(AlreadyErased):
        decline(erasure)


def test_a_declined_request_that_was_carried_out_elsewhere_is_done() -> None:
    erasure = requested()
    decline(erasure)
    erasure.reapply(keys=0, at=AT)
    assert erasure.stage is ErasureStage.DONE


def test_remains_are_kept_until_a_later_search_finds_nothing() -> None:
    erasure = requested()
    erasure.remains_found(places=("a file",), at=AT)
    assert erasure.stage is ErasureStage.REQUESTED
    confirm(erasure)
    erasure.remains_found(places=("a file",), at=AT)
    assert erasure.stage is ErasureStage.REMAINS
    finish(erasure)
    assert erasure.stage is ErasureStage.DONE


def test_a_restored_log_learns_of_an_erasure() -> None:
    erasure = Erasure.restore(SUBJECT, SubjectKind.CITIZEN, incidents=(KIM,), keys=2, at=AT)
    assert (erasure.stage, erasure.incidents) == (ErasureStage.DONE, (KIM,))
    waiting = requested()
    waiting.reapply(keys=1, at=AT)
    assert waiting.stage is ErasureStage.DONE


def test_a_hold_stands_until_it_is_lifted() -> None:
    book, hold_id = HoldBook.begin_for(SUBJECT, at=AT), uuid4()
    for _ in range(2):
        book.place(hold_id=hold_id, kind=HoldKind.LEGAL, placed_by=KIM, reason="court", at=AT)
    other = uuid4()
    book.place(hold_id=other, kind=HoldKind.PROTECTION, placed_by=KIM, reason="stalked", at=AT)
    assert book.kinds == (HoldKind.LEGAL, HoldKind.PROTECTION)
    book.lift(hold_id=hold_id, lifted_by=LEE, reason="over", at=AT)
    assert book.kinds == (HoldKind.PROTECTION,)
    with pytest.raises(HoldUnknown):
        book.lift(hold_id=hold_id, lifted_by=LEE, reason="over", at=AT)


def test_who_placed_a_hold_does_not_lift_it() -> None:
    book, hold_id = HoldBook.begin_for(SUBJECT, at=AT), uuid4()
    book.place(hold_id=hold_id, kind=HoldKind.LEGAL, placed_by=KIM, reason="court", at=AT)
    with pytest.raises(HoldSamePerson):
        book.lift(hold_id=hold_id, lifted_by=KIM, reason="over", at=AT)
    assert book.kinds == (HoldKind.LEGAL,)
    book.lift(hold_id=hold_id, lifted_by=LEE, reason="over", at=AT)
    assert book.kinds == ()


def test_nobody_places_an_open_case_and_nothing_is_held_after_an_erasure() -> None:
    book = HoldBook.begin_for(SUBJECT, at=AT)
    with pytest.raises(HoldNotPlaced):
        book.place(hold_id=KIM, kind=HoldKind.OPEN_CASE, placed_by=KIM, reason="x", at=AT)
    book.close(erasure_id=LEE, at=AT)
    book.close(erasure_id=LEE, at=AT)
    assert topics(book) == ["hold.began", "hold.closed"]
    with pytest.raises(HoldTooLate):
        book.place(hold_id=KIM, kind=HoldKind.LEGAL, placed_by=KIM, reason="x", at=AT)


def test_a_guard_is_closed_once() -> None:
    guard = ReportGuard.begin_for(SUBJECT, at=AT)
    guard.close(erasure_id=KIM, at=AT)
    guard.close(erasure_id=KIM, at=AT)
    assert topics(guard) == ["report_guard.began", "report_guard.closed"]


def test_a_term_that_was_carried_out_is_kept() -> None:
    run = RetentionRun.apply("track", until=AT, days=180, count=3, at=AT + timedelta(days=180))
    assert run.rule == "track"
    assert topics(run) == ["retention.applied"]
