"""Lists show nothing personal; what a form says is opened for who may, and recorded."""

from __future__ import annotations

from uuid import UUID

import pytest

from application.errors import Forbidden
from application.inspection.commands import (
    ReturnDetector,
    TellResult,
)
from application.inspection.reading import FormsDesk
from domain.inspection.vocabulary import Finding
from tests.application.forms_house import FormsHouse
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    KIM,
    SYSTEM,
)
from tests.memory import GANGDONG, SONGPA

EVIDENCE = "환풍구 안쪽에 소형 카메라"

EVIDENCE = "환풍구 안쪽에 소형 카메라"


@pytest.fixture
def house() -> FormsHouse:
    return FormsHouse()


def visited(house: FormsHouse, finding: Finding, note: str | None = None) -> UUID:
    form_id = house.scheduled_check()
    house.clock.advance(26 * 3600)
    house.checks.tell_result(TellResult(form_id=form_id, finding=finding, note=note), KIM)
    return form_id


class Waited:
    def __init__(self) -> None:
        self.asked: list[object] = []

    def wait(self, *asked: object) -> None:
        self.asked.append(asked)


class Lists:
    """A view that says what it was asked for."""

    def forms(self, district: object, *, unfinished: bool) -> list[object]:
        return [(district, unfinished)]

    def teams(self, district: object) -> list[object]:
        return [district]

    def figures(self) -> list[object]:
        return ["all"]


class TestReading:
    @pytest.fixture
    def desk(self, house) -> FormsDesk:
        self.folds = Waited()
        return FormsDesk(house.app, view=Lists(), folds=self.folds, access_log=house.access)

    def test_staff_see_their_own_district_and_the_city_all(self, desk) -> None:
        assert desk.forms(KIM) == [(GANGDONG, True)]
        assert desk.forms(COORDINATOR, unfinished=False) == [(None, False)]
        assert desk.teams(COORDINATOR, district=SONGPA) == [SONGPA]
        assert desk.figures(AUDITOR) == ["all"]
        for context in (CITIZEN, SYSTEM):
            with pytest.raises(Forbidden):
                desk.forms(context)
        with pytest.raises(Forbidden):
            desk.forms(KIM, district=SONGPA)

    def test_a_reader_waits_for_its_own_command(self, desk) -> None:
        desk.forms(KIM, after=7)
        assert [asked[:2] for asked in self.folds.asked] == [("inspections", 7)]

    def test_what_a_form_says_is_opened_and_recorded(self, desk, house) -> None:
        form_id = visited(house, Finding.FOUND, EVIDENCE)
        told = desk.form(KIM, form_id)
        assert (told.name, told.place, told.note) == ("김미나", "성내로 25, 2층 화장실", EVIDENCE)
        subject = house.check(form_id).applicant_id
        assert house.access.records == [(subject, "form.read", "inspection")]

    def test_a_loans_form_says_no_place_and_the_newest_note(self, desk, house) -> None:
        house.stock("GD-1")
        form_id = house.lent()
        assert (desk.form(KIM, form_id).place, desk.form(KIM, form_id).note) == (None, None)
        house.loans.take_back(ReturnDetector(form_id=form_id, note="가방 없음"), KIM)
        assert desk.form(AUDITOR, form_id).note == "가방 없음"

    def test_another_districts_form_stays_closed_and_that_is_recorded(self, desk, house) -> None:
        form_id = house.asks_check().aggregate_id
        with pytest.raises(Forbidden):
            desk.form(CHOI_OF_GURO, form_id)
        assert [what for _, what, _ in house.access.records] == ["form.refused"]

    def test_a_districts_detectors_are_listed_by_where_they_are(self, desk, house) -> None:
        assert desk.pieces(KIM, GANGDONG).free == ()
        house.stock("GD-1", "GD-2")
        form_id = house.lent()
        pieces = desk.pieces(KIM, GANGDONG)
        assert (pieces.free, pieces.reserved) == (("GD-2",), {"GD-1": form_id})
        with pytest.raises(Forbidden):
            desk.pieces(KIM, SONGPA)
