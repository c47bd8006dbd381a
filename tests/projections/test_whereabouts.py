"""Given facts, then these rows: where she is, what it is, and whose, in the queue and the page."""

from __future__ import annotations

from typing import Any

import pytest

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.classification import (
    Classification,
    Concerned,
    IncidentKind,
    Injury,
    PersonRole,
    Urgency,
    Weapon,
)
from domain.emergency.describing import (
    Classified,
    IncidentLocated,
    ThirdPersonNoted,
    third_persons_of,
)
from domain.emergency.facts import track_of
from domain.emergency.moving import PositionUpdated, SignalLost, SignalRegained
from domain.emergency.transferring import (
    Offer,
    TransferAccepted,
    TransferExpired,
    TransferOffered,
    TransferRefused,
    TransferWhy,
)
from domain.emergency.vocabulary import Flag, Stage
from domain.geography import FixQuality, FixSource
from domain.language import Language
from domain.member import CardSet, Registered
from domain.policy import EscalationLevel
from projections.operator_queue import OperatorQueue
from projections.report_detail import ReportDetail
from projections.reporter_cards import CardRow, ReporterCards
from projections.usage_reports import UsageReports
from tests.story import CITIZEN, GANGDONG, KIM, LEE, SONGPA, Story, moment, report

BETTER = FixQuality(source=FixSource.FUSED, accuracy_m=4.0, fixed_at=moment(1), age_s=2.0)
MOVED: dict[str, Any] = {
    "district": SONGPA,
    "cell": "2095_5461",
    "outside": False,
    "fix": BETTER,
    "battery_pct": 41,
}
LOST: dict[str, Any] = {
    "lost_after_s": 120.0,
    "district": GANGDONG,
    "cell": "2109_5478",
    "fix": BETTER,
    "age_s": 120.0,
    "battery_pct": 3,
}
OFFERED: dict[str, Any] = {
    "from_district": GANGDONG,
    "to_district": SONGPA,
    "why": TransferWhy.MOVED,
    "since": moment(0),
    "operator_id": None,
    "answer_by": moment(18),
}
TAKEN: dict[str, Any] = {
    "from_district": GANGDONG,
    "to_district": SONGPA,
    "operator_id": LEE,
    "from_operator_id": KIM,
    "act_by": moment(40),
}
BACK: dict[str, Any] = {"from_district": GANGDONG, "to_district": SONGPA, "again_at": moment(300)}
CLAIMED = (facts.Triggered, facts.Accepted, facts.Claimed)
Told = type[Fact] | tuple[type[Fact], dict[str, Any]]


def story(*told: Told) -> list[Fact]:
    telling = Story()
    for one in told:
        kind, fields = one if isinstance(one, tuple) else (one, {})
        telling.tell(kind, report(1), **fields)
    return [fact for fact in telling.facts if isinstance(fact, Fact)]


def rows(*told: Told) -> list[Any]:
    """The report's row in the queue, and on its page."""
    found = []
    for fold in (OperatorQueue(), ReportDetail()):
        row = None
        for fact in story(*told):
            row = fold.evolve(row, fact)
        found.append(row)
    return found


def then(told: list[Any], **expected: Any) -> None:
    for row in told:
        assert {name: getattr(row, name) for name in expected} == expected, type(row)


def test_a_trigger_says_when_its_position_was_taken() -> None:
    then(rows(facts.Triggered), located_at=moment(1 - 1.5), outside=False, battery_pct=None)
    outside = (facts.Triggered, {"flags": (Flag.POSITION_OUTSIDE,)})
    then(rows(outside), outside=True)
    then(rows((facts.Triggered, {"fix": None})), located_at=None, fix_source=None)


def test_the_newest_position_is_shown_with_its_quality() -> None:
    told = rows(*CLAIMED, (PositionUpdated, MOVED))
    then(
        told,
        located_at=moment(2),
        fix_source=FixSource.FUSED,
        fix_accuracy_m=4.0,
        battery_pct=41,
        district=GANGDONG,
    )
    page = told[1]
    assert (page.cell, page.position_at, page.fixed_at) == ("2095_5461", moment(4), moment(1))
    assert page.position.subject == track_of(report(1))
    then(rows(*CLAIMED, (PositionUpdated, MOVED | {"outside": True})), outside=True)


def test_a_lost_signal_shows_the_last_place_until_it_is_back() -> None:
    lost = rows(*CLAIMED, (SignalLost, LOST))
    then(lost, signal_lost_at=moment(4), battery_pct=3, located_at=moment(4 - 120))
    assert lost[1].position_at == moment(4)
    nowhere = LOST | {"fix": None, "age_s": None, "district": None, "cell": None}
    then(rows(*CLAIMED, (SignalLost, nowhere)), located_at=moment(1 - 1.5))
    back = (SignalRegained, {"lost_for_s": 9.0, "battery_pct": 3})
    then(rows(*CLAIMED, (SignalLost, LOST), back), signal_lost_at=None)
    then(rows(*CLAIMED, (SignalLost, LOST), facts.Resolved, facts.Reopened), signal_lost_at=None)


def test_what_it_is_makes_it_more_urgent() -> None:
    said = {
        "kind": IncidentKind.ASSAULT,
        "concerns": Concerned.HERSELF,
        "weapon": Weapon.BLADE,
        "injury": Injury.NONE,
    }
    then(rows(*CLAIMED), classification=None, urgency=Urgency.USUAL)
    classified = (Classified, said | {"operator_id": KIM, "urgency": Urgency.HIGHEST})
    then(
        rows(*CLAIMED, classified),
        classification=Classification(**said),
        urgency=Urgency.HIGHEST,
    )


def test_the_page_knows_where_it_happens_and_who_is_in_it() -> None:
    place = {"operator_id": KIM, "district": SONGPA, "cell": None, "fix": BETTER}
    person = {"operator_id": LEE, "role": PersonRole.WITNESS}
    _, page = rows(*CLAIMED, (IncidentLocated, place), (ThirdPersonNoted, person))
    assert (page.incident.district, page.incident.accuracy_m) == (SONGPA, 4.0)
    assert page.incident.position.subject == track_of(report(1))
    [noted] = page.third_persons
    assert (noted.role, noted.operator_id, noted.at) == (PersonRole.WITNESS, LEE, moment(5))
    assert noted.description.subject == third_persons_of(report(1))


def test_an_offer_is_seen_by_both_centres_and_changes_nothing_else() -> None:
    told = rows(*CLAIMED, (TransferOffered, OFFERED))
    then(
        told,
        offer=Offer(to_district=SONGPA, answer_by=moment(18)),
        audience=(GANGDONG, SONGPA),
        district=GANGDONG,
        held_by=KIM,
        returned_by=(),
    )


def test_accepted_it_is_the_other_centres() -> None:
    told = rows(*CLAIMED, (TransferOffered, OFFERED), (TransferAccepted, TAKEN))
    then(
        told,
        offer=None,
        district=SONGPA,
        audience=(GANGDONG, SONGPA),
        held_by=LEE,
        stage=Stage.CLAIMED,
        ringing=False,
        act_by=moment(40),
    )
    unclaimed = rows(
        facts.Triggered, facts.Accepted, (TransferOffered, OFFERED), (TransferAccepted, TAKEN)
    )
    assert unclaimed[1].first_claimed_at == moment(4)


@pytest.mark.parametrize(
    "back", [(TransferRefused, BACK | {"operator_id": LEE}), (TransferExpired, BACK)]
)
def test_given_back_it_leaves_the_other_queue_and_stays_readable(back: Told) -> None:
    told = rows(*CLAIMED, (TransferOffered, OFFERED), back)
    then(told, offer=None, returned_by=(SONGPA,), audience=(GANGDONG, SONGPA), district=GANGDONG)
    again = rows(*CLAIMED, (TransferOffered, OFFERED), back, (TransferOffered, OFFERED))
    then(again, returned_by=())
    risen = (
        facts.Escalated,
        {"level": EscalationLevel.NEIGHBOUR, "districts": (GANGDONG, SONGPA)},
    )
    then(rows(*CLAIMED, (TransferOffered, OFFERED), back, risen), returned_by=())


@pytest.mark.parametrize("end", [facts.Resolved, facts.Cancelled])
def test_with_the_end_the_offer_ends(end: type[Fact]) -> None:
    fields = {"reopen_until": moment(600)} if end is facts.Cancelled else {}
    then(rows(*CLAIMED, (TransferOffered, OFFERED), (end, fields)), offer=None)


def test_a_use_counts_where_it_was_taken_over() -> None:
    fold, row = UsageReports(), None
    for fact in story(*CLAIMED, (TransferOffered, OFFERED), (TransferAccepted, TAKEN)):
        if fact.TOPIC in fold.topics:
            row = fold.evolve(row, fact)
    assert row is not None
    assert row.district == SONGPA


def test_a_card_is_kept_sealed_and_the_newest_counts() -> None:
    telling = Story()
    telling.tell(Registered, CITIZEN, originator_topic="member", citizen_id=CITIZEN, language="ko")
    telling.tell(CardSet, CITIZEN, citizen_id=CITIZEN, language="en")
    telling.tell(CardSet, CITIZEN, citizen_id=CITIZEN, language="zh")
    fold = ReporterCards()
    row: CardRow | None = None
    states = []
    for fact in telling.facts:
        assert isinstance(fact, Fact)
        assert list(fold.keys(fact)) == [(CITIZEN,)]
        row = fold.evolve(row, fact)
        states.append(row)
    assert [one and one.language for one in states] == [Language.KO, Language.EN, Language.ZH]
    assert states[0] == CardRow(citizen_id=CITIZEN, language=Language.KO)
    assert states[2] is not None
    assert states[2].card is not None
    assert (states[2].card.subject, states[2].set_at) == (CITIZEN, moment(3))
