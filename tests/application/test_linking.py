"""Operators say which reports are about one incident, and take it back; nobody sees more for it."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.emergency.commands import LinkReports, UnlinkReport
from application.errors import Forbidden, Unknown
from domain.emergency.linking import LinkedElsewhere, LinkUnfit, NotLinked, Unlinked
from domain.incident import Incident
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    SUJIN,
    DeskHouse,
    phone,
    sent,
)
from tests.memory import GURO_OFFICE

STRANGERS = "an id of a stranger's trigger"


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


@pytest.fixture
def hers(house: DeskHouse) -> UUID:
    return house.accepted().report_id


@pytest.fixture
def another(house: DeskHouse) -> UUID:
    """Sujin saw the same, in the same district."""
    return house.trigger(sent(), identity=phone(SUJIN)).report_id


@pytest.fixture
def in_guro(house: DeskHouse) -> UUID:
    return house.trigger(
        sent(STRANGERS, position=GURO_OFFICE.model_dump()), context=CITIZEN
    ).report_id


def link(house: DeskHouse, one: UUID, other: UUID, who=KIM) -> None:
    house.desk.link(LinkReports(report_id=one, other_id=other), who)


def unlink(house: DeskHouse, one: UUID, who=KIM, reason: str | None = None) -> None:
    house.desk.unlink(UnlinkReport(report_id=one, reason=reason), who)


def why_apart(house: DeskHouse, report_id: UUID) -> object:
    facts = house.log.facts(report_id)
    return next(fact.reason for fact in reversed(facts) if isinstance(fact, Unlinked))


def members(house: DeskHouse, report_id: UUID) -> set[UUID]:
    return set(house.app.load(Incident, house.report(report_id).incident_id).reports)


def test_two_citizens_reports_are_about_one_incident(
    house: DeskHouse, hers: UUID, another: UUID
) -> None:
    before = [house.report(one).escalations for one in (hers, another)]
    link(house, hers, another)
    link(house, another, hers)
    assert members(house, hers) == members(house, another) == {hers, another}
    assert [house.report(one).escalations for one in (hers, another)] == before
    assert house.log.topics(hers).count("emergency.linked") == 1


def test_a_third_comes_in_from_either_side(
    house: DeskHouse, hers: UUID, another: UUID, in_guro: UUID
) -> None:
    link(house, hers, another)
    link(house, in_guro, another, COORDINATOR)
    assert members(house, hers) == {hers, another, in_guro}


def test_it_is_taken_back_and_can_be_said_again(
    house: DeskHouse, hers: UUID, another: UUID, in_guro: UUID
) -> None:
    link(house, hers, another)
    link(house, hers, in_guro, COORDINATOR)
    unlink(house, another)
    assert members(house, hers) == {hers, in_guro}
    unlink(house, hers)
    assert [house.report(one).linked_in for one in (hers, another, in_guro)] == [None] * 3
    link(house, another, hers)
    assert members(house, hers) == {hers, another}
    with pytest.raises(NotLinked):
        unlink(house, in_guro, COORDINATOR)


def test_why_they_are_apart_stays_with_the_one_that_was_taken_out(
    house: DeskHouse, hers: UUID, another: UUID
) -> None:
    link(house, hers, another)
    unlink(house, another, reason="  Another street, another man.  ")
    assert why_apart(house, another) == "Another street, another man."
    assert why_apart(house, hers) is None


def test_only_who_sees_both_links_them(house: DeskHouse, hers: UUID, in_guro: UUID) -> None:
    for who in (KIM, CHOI_OF_GURO, AUDITOR, CITIZEN):
        for one, other in ((hers, in_guro), (in_guro, hers)):
            with pytest.raises(Forbidden):
                link(house, one, other, who)
    link(house, hers, in_guro, COORDINATOR)
    with pytest.raises(Forbidden):
        unlink(house, hers, CHOI_OF_GURO)
    assert [house.report(one).districts for one in (hers, in_guro)] == [("11740",), ("11530",)]


def test_each_of_two_incidents_stays_what_it_is(
    house: DeskHouse, hers: UUID, another: UUID, in_guro: UUID
) -> None:
    more = house.trigger(sent("another " + STRANGERS), context=CITIZEN).report_id
    link(house, hers, another)
    link(house, more, in_guro, COORDINATOR)
    with pytest.raises(LinkedElsewhere):
        link(house, hers, in_guro, COORDINATOR)
    assert members(house, hers) == {hers, another}


def test_neither_a_drill_nor_itself_is_linked(house: DeskHouse, hers: UUID) -> None:
    house.practise(SUJIN)
    drill = house.trigger(sent(drill=True), identity=phone(SUJIN))
    assert drill.drill
    with pytest.raises(LinkUnfit):
        link(house, hers, drill.report_id)
    with pytest.raises(LinkUnfit):
        link(house, hers, hers)
    with pytest.raises(Unknown):
        link(house, hers, JIYOUNG)
    assert house.report(hers).linked_in is None
