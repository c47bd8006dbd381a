"""Supervisors correct, and are told what cannot be."""

from __future__ import annotations

from uuid import uuid4

import pytest

from application.context import Context
from application.emergency.commands import CorrectReport
from application.errors import Forbidden, Unknown
from domain.emergency.correcting import (
    Correctable,
    Corrected,
    CorrectionUnfit,
    NothingToCorrect,
)
from domain.emergency.refusals import OriginalUnfit
from domain.roles import Role
from tests.application.house import (
    AUDITOR,
    COORDINATOR,
    KIM,
    PARK_OF_SONGPA,
    SYSTEM,
    DeskHouse,
    asked_by,
    id_of,
)
from tests.memory import GANGDONG, GURO, SONGPA

CHEF = asked_by(Role.SUPERVISOR, "chef", GANGDONG)


@pytest.fixture
def house() -> DeskHouse:
    return DeskHouse()


def command(house: DeskHouse, **changes: object) -> CorrectReport:
    fields = {"field": Correctable.DISTRICT, "value": GURO, "reason": "beyond the border"}
    return CorrectReport(report_id=house.accepted().report_id, **(fields | changes))


@pytest.mark.parametrize("who", [CHEF, COORDINATOR, SYSTEM])
def test_who_may_corrects(house: DeskHouse, who: Context) -> None:
    asked = command(house)
    receipt = house.desk.correct(asked, who)
    [*_, fact] = house.log.facts(asked.report_id)
    assert isinstance(fact, Corrected)
    assert fact.operator_id == (None if who is SYSTEM else id_of(who))
    assert (fact.was, fact.value, fact.corrects_version) == (GANGDONG, GURO, 2)
    assert house.report(asked.report_id).district == GURO
    assert receipt.position == fact.envelope.position
    assert house.desk.correct(asked, who).position is None


@pytest.mark.parametrize("who", [KIM, AUDITOR, PARK_OF_SONGPA])
def test_others_may_not(house: DeskHouse, who: Context) -> None:
    with pytest.raises(Forbidden):
        house.desk.correct(command(house), who)


def test_the_fact_that_is_meant_can_be_named(house: DeskHouse) -> None:
    asked = command(house)
    [*_, accepted] = house.log.facts(asked.report_id)
    known = accepted.envelope
    with pytest.raises(NothingToCorrect):
        house.desk.correct(asked.model_copy(update={"fact": uuid4()}), CHEF)
    named = asked.model_copy(update={"fact": known.event_id})
    assert house.desk.correct(named, CHEF).position is not None
    again = asked.model_copy(update={"fact": known.position, "value": SONGPA})
    assert house.desk.correct(again, CHEF).position is not None


def test_there_must_be_such_a_district_and_such_a_report(house: DeskHouse) -> None:
    with pytest.raises(CorrectionUnfit):
        house.desk.correct(command(house, value="99999"), CHEF)
    with pytest.raises(Unknown):
        house.desk.correct(command(house).model_copy(update={"report_id": uuid4()}), CHEF)


def test_a_duplicate_names_a_report_that_there_is(house: DeskHouse) -> None:
    outcome = {"field": Correctable.OUTCOME, "value": "duplicate"}
    with pytest.raises(OriginalUnfit):
        house.desk.correct(command(house, duplicate_of=uuid4(), **outcome), CHEF)
