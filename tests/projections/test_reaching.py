"""Given facts, then these rows: calls, silence, words, second looks, follow-ups."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.calling import CallRequested, CallUnanswered, CallWithdrawn
from domain.emergency.checking import RecheckDue, RecheckScheduled, SaidFine
from domain.emergency.conversing import (
    InterpreterJoined,
    MessageDelivered,
    MessageRead,
    MessageReceived,
    MessageSent,
    Template,
    Transport,
)
from domain.emergency.following_up import (
    Dropping,
    FollowUpDone,
    FollowUpDropped,
    FollowUpDue,
    FollowUpScheduled,
)
from domain.emergency.silence import Silenced
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Alert, CallEnd, Outcome, PartnerChannel, VerifiedBy
from domain.language import Language
from projections.fold import Fold, Row
from projections.follow_ups import FollowUps
from projections.operator_queue import OperatorQueue
from projections.progress import Call
from projections.report_detail import ReportDetail
from projections.report_messages import ReportMessages
from projections.usage_reports import UsageReports
from tests.story import CITIZEN, GANGDONG, KIM, LEE, REQUEST, SONGPA, Story, moment, report

Told = type[Fact] | tuple[type[Fact], dict[str, Any]]
ONE = report(1)
MESSAGE, OTHER, PLAN = UUID(int=1), UUID(int=2), UUID(int=3)
OPEN: tuple[Told, ...] = (facts.Triggered, facts.Accepted)
PLACED: tuple[Told, ...] = (*OPEN, facts.CallPlaced)
SAYS_FINE = (SaidFine, {"citizen_id": CITIZEN, "operator_id": None, "recheck_at": moment(600)})
SILENCED = (Silenced, {"operator_id": KIM, "citizen_id": CITIZEN})
WRITES = (MessageReceived, {"message_id": MESSAGE, "citizen_id": CITIZEN})
PLANNED = (
    FollowUpScheduled,
    {
        "follow_up_id": PLAN,
        "operator_id": KIM,
        "citizen_id": CITIZEN,
        "districts": (GANGDONG, SONGPA),
        "due_at": moment(900),
    },
)


def sent(message_id: UUID = MESSAGE, by: UUID | None = KIM, **more: Any) -> Told:
    fields = {
        "message_id": message_id,
        "operator_id": by,
        "citizen_id": CITIZEN,
        "language": Language.ZH,
        "template": None,
        "by_text": True,
    }
    return MessageSent, fields | more


def unanswered(retry: int | None = 60) -> Told:
    retry_at = None if retry is None else moment(retry)
    return CallUnanswered, {"call_id": "c-1", "end": CallEnd.UNANSWERED, "retry_at": retry_at}


def rows(fold: Fold[Any], *told: Told) -> list[Row]:
    """All rows that the facts leave behind, as the fold reads them."""
    story = Story()
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        story.tell(kind, ONE, **fields)
    kept: dict[Any, Row] = {}
    for fact in story.facts:
        assert isinstance(fact, Fact)
        if any(fact.TOPIC.startswith(topic) for topic in fold.topics):
            for key in fold.keys(fact):
                row = fold.evolve(kept.pop(key, None), fact)
                kept |= {} if row is None else {key: row}
    return list(kept.values())


def then(*told: Told, **expected: Any) -> None:
    """Queue and detail show the same."""
    for fold in (OperatorQueue(), ReportDetail()):
        [row] = rows(fold, *told)
        assert {name: getattr(row, name) for name in expected} == expected, fold.name


def test_the_first_call_is_ordered_by_the_acceptance() -> None:
    then(*OPEN, call=Call.ORDERED, call_attempts=1, call_retry_at=None)
    then(facts.Triggered, (facts.Accepted, {"call": False}), call=Call.NONE, call_attempts=0)


def test_a_call_in_vain_shows_when_it_is_tried_again_and_which_try_it_is() -> None:
    then(*PLACED, unanswered(), call=Call.UNANSWERED, call_retry_at=moment(60))
    again = (CallRequested, {"attempt": 2, "operator_id": None, "retry": True})
    then(*PLACED, unanswered(), again, call=Call.ORDERED, call_attempts=2, call_retry_at=None)
    then(*PLACED, unanswered(), facts.CallConnected, call=Call.CONNECTED, call_retry_at=None)


def test_what_fell_silent_before_it_rang_is_withheld() -> None:
    then(*OPEN, SILENCED, alert=Alert.SILENT, call=Call.WITHHELD)
    then(*PLACED, unanswered(), SILENCED, call=Call.WITHHELD, call_retry_at=None)
    then(*OPEN, (facts.Joined, {"alert": Alert.SILENT}), alert=Alert.SILENT, call=Call.WITHHELD)
    then(*PLACED, facts.CallConnected, SILENCED, alert=Alert.SILENT, call=Call.CONNECTED)


def test_a_ringing_call_that_is_taken_back_shows_so_or_that_it_could_not_be() -> None:
    withdrawn = (CallWithdrawn, {"call_id": "c-1", "withdrawal_id": REQUEST})
    lost = (facts.PartnerUnreachable, {"channel": PartnerChannel.HANG_UP})
    then(*PLACED, SILENCED, withdrawn, call=Call.WITHHELD)
    then(*PLACED, SILENCED, withdrawn, lost, call=Call.NOT_STOPPED)


def test_usage_counts_a_report_as_silent_from_then_on() -> None:
    [row] = rows(UsageReports(), *OPEN, SILENCED)
    assert row.silent  # type: ignore[attr-defined]


def test_her_words_wait_until_an_operator_writes() -> None:
    then(*OPEN, WRITES, (MessageReceived, {**WRITES[1], "message_id": OTHER}), unanswered=2)
    then(*OPEN, WRITES, sent(by=None), unanswered=1)
    then(*OPEN, WRITES, sent(), unanswered=0)


def test_a_text_message_that_failed_shows_until_one_arrives() -> None:
    lost = (facts.PartnerUnreachable, {"channel": PartnerChannel.TEXT})
    arrives = (MessageDelivered, {"message_id": MESSAGE, "by": Transport.TEXT})
    then(*OPEN, sent(), lost, text_failed=True)
    then(*OPEN, sent(), lost, arrives, text_failed=False)


def test_a_second_look_counts_down_rings_and_is_taken_up() -> None:
    anew = (RecheckScheduled, {"recheck_at": moment(1200)})
    then(*OPEN, facts.Claimed, SAYS_FINE, recheck_at=moment(600), ringing=False)
    then(*OPEN, facts.Claimed, SAYS_FINE, anew, recheck_at=moment(1200))
    due = (*OPEN, facts.Claimed, SAYS_FINE, RecheckDue)
    then(*due, recheck_at=None, recheck_due=True, ringing=True, held_by=KIM)
    then(*due, facts.Claimed, recheck_due=False, ringing=False)
    then(*due, facts.Resolved, recheck_due=False)
    accepted = {"from_district": GANGDONG, "to_district": SONGPA}
    accepted |= {"from_operator_id": KIM, "operator_id": LEE, "act_by": moment(700)}
    then(*due, (TransferAccepted, accepted), recheck_due=False)
    [row] = rows(ReportDetail(), *OPEN, SAYS_FINE)
    assert row.said_fine_at == moment(3)  # type: ignore[attr-defined]


def test_an_outcome_shows_how_one_knows_until_it_is_opened_again() -> None:
    safe = (facts.Resolved, {"outcome": Outcome.SAFE, "verified_by": VerifiedBy.CAMERA})
    twin = (facts.Resolved, {"outcome": Outcome.DUPLICATE, "duplicate_of": report(2)})
    [row] = rows(ReportDetail(), *OPEN, facts.Claimed, safe)
    assert (row.verified_by, row.duplicate_of) == (VerifiedBy.CAMERA, None)  # type: ignore[attr-defined]
    [row] = rows(ReportDetail(), *OPEN, facts.Claimed, twin)
    assert row.duplicate_of == report(2)  # type: ignore[attr-defined]
    [row] = rows(ReportDetail(), *OPEN, facts.Claimed, safe, facts.Reopened)
    assert row.verified_by is None  # type: ignore[attr-defined]


def test_reasons_for_silence_and_interpreters_are_kept_sealed() -> None:
    joined = (
        InterpreterJoined,
        {"operator_id": KIM, "citizen_id": CITIZEN, "language": Language.JA},
    )
    [row] = rows(ReportDetail(), *OPEN, SILENCED, joined)
    assert [one.field for one in row.texts] == ["reason", "interpreter"]  # type: ignore[attr-defined]


def test_a_conversation_is_one_row_a_message() -> None:
    told = (
        sent(template=Template.ARE_YOU_SAFE),
        WRITES,
        (MessageDelivered, {"message_id": MESSAGE, "by": Transport.TEXT}),
        (MessageDelivered, {"message_id": MESSAGE, "by": Transport.APP}),
        (MessageRead, {"message_id": MESSAGE}),
    )
    hers, ours = sorted(rows(ReportMessages(), *told), key=lambda row: not row.hers)  # type: ignore[attr-defined]
    shown = hers.model_dump(include={"hers", "message_id", "operator_id", "at"})
    assert shown == {"hers": True, "message_id": MESSAGE, "operator_id": None, "at": moment(2)}
    assert hers.body is not None  # type: ignore[attr-defined]
    assert ours.model_dump(exclude={"body", "report_id"}) == {
        "hers": False,
        "message_id": MESSAGE,
        "at": moment(1),
        "position": 1,
        "operator_id": KIM,
        "language": Language.ZH,
        "template": Template.ARE_YOU_SAFE,
        "by_text": True,
        "delivered_by": (Transport.TEXT, Transport.APP),
        "delivered_at": moment(3),
        "read_at": moment(5),
    }


def test_receipts_without_their_message_make_no_row() -> None:
    told = (MessageDelivered, {"message_id": OTHER, "by": Transport.APP})
    assert rows(ReportMessages(), told, (MessageRead, {"message_id": OTHER})) == []


@pytest.mark.parametrize(
    "over",
    [
        (FollowUpDone, {"follow_up_id": PLAN, "operator_id": KIM, "citizen_id": CITIZEN}),
        (FollowUpDropped, {"follow_up_id": PLAN, "why": Dropping.ERASED}),
    ],
    ids=["done", "dropped"],
)
def test_a_plan_stands_on_the_board_until_it_is_over(over: Told) -> None:
    [row] = rows(FollowUps(), PLANNED)
    assert row.model_dump(exclude={"note"}) == {
        "follow_up_id": PLAN,
        "report_id": ONE,
        "audience": (GANGDONG, SONGPA),
        "due_at": moment(900),
        "due": False,
        "scheduled_at": moment(1),
        "scheduled_by": KIM,
        "last_position": 1,
    }
    [row] = rows(FollowUps(), PLANNED, (FollowUpDue, {"follow_up_id": PLAN}))
    assert (row.due, row.last_position) == (True, 2)  # type: ignore[attr-defined]
    assert rows(FollowUps(), PLANNED, over) == []
    assert rows(FollowUps(), (FollowUpDue, {"follow_up_id": PLAN})) == []
