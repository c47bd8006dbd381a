"""The districts' side: decisions, teams, detectors, results, and what applicants are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest

from application.errors import Forbidden, Unknown
from application.inspection.commands import (
    DecideForm,
    DeclineForm,
    FormTeam,
    TellResult,
)
from application.outbox import Channel, TimerKind
from domain.base import DomainError
from domain.inspection.refusals import (
    EvidenceMissing,
    InspectionDecided,
    TeamBusy,
    TeamElsewhere,
)
from domain.inspection.vocabulary import Finding, FormDecline
from domain.language import Language
from domain.message import Message, RecipientKind
from tests.application.forms_house import PARK, FormsHouse
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    KIM,
    PARK_OF_SONGPA,
)
from tests.memory import GANGDONG, GURO

EVIDENCE = "환풍구 안쪽에 소형 카메라"


@pytest.fixture
def house() -> FormsHouse:
    return FormsHouse()


def visited(house: FormsHouse, finding: Finding, note: str | None = None) -> UUID:
    form_id = house.scheduled_check()
    house.clock.advance(26 * 3600)
    house.checks.tell_result(TellResult(form_id=form_id, finding=finding, note=note), KIM)
    return form_id


class TestDeciding:
    def test_own_staff_and_the_city_decide_and_nobody_else(self, house) -> None:
        for context in (KIM, PARK, COORDINATOR):
            form_id = house.asks_check().aggregate_id
            house.checks.approve(DecideForm(form_id=form_id), context)
        form_id = house.asks_check().aggregate_id
        for context in (CHOI_OF_GURO, PARK_OF_SONGPA, AUDITOR, CITIZEN):
            with pytest.raises(Forbidden):
                house.checks.approve(DecideForm(form_id=form_id), context)
        assert house.log.topics(form_id) == ["inspection.requested"]

    def test_the_applicant_is_told_at_the_number_of_the_form_in_her_language(self, house) -> None:
        form_id = house.asks_check(language=Language.ZH).aggregate_id
        house.checks.approve(DecideForm(form_id=form_id), KIM)
        [message] = [
            house.app.load(Message, one.originator_id)
            for one in house.log.facts()
            if one.TOPIC == "message.composed"
        ]
        form = house.check(form_id)
        assert (message.phrase, message.words) == (
            "inspection.approved",
            {"reference": form.reference},
        )
        assert message.recipient.kind is RecipientKind.APPLICANT
        assert message.recipient.language is Language.ZH
        assert message.citizen_id == form.applicant_id

    def test_no_is_told_and_frees_the_team(self, house) -> None:
        team_id = house.team()
        form_id = house.scheduled_check(team_id)
        house.checks.decline(DeclineForm(form_id=form_id, why=FormDecline.NO_CAPACITY), KIM)
        assert house.visits(team_id) == {}
        assert house.told(form_id)[-1] == "inspection.declined"

    def test_it_is_decided_once(self, house) -> None:
        form_id = house.approved_check()
        with pytest.raises(InspectionDecided):
            house.checks.approve(DecideForm(form_id=form_id), KIM)
        assert house.told(form_id) == ["inspection.approved"]

    def test_a_form_that_is_none_is_unknown(self, house) -> None:
        with pytest.raises(Unknown):
            house.checks.approve(DecideForm(form_id=uuid4()), KIM)
        with pytest.raises(Unknown):  # a loan is no check
            house.checks.approve(DecideForm(form_id=house.asks_detector().aggregate_id), KIM)


class TestScheduling:
    def test_a_teams_time_is_given_once(self, house) -> None:
        team_id = house.team()
        house.scheduled_check(team_id)
        other = house.approved_check()
        with pytest.raises(TeamBusy):
            house.send(other, team_id, house.span(25.5, 26.5))
        assert house.check(other).visit is None
        house.send(other, team_id, house.span(27, 28))
        assert len(house.visits(team_id)) == 2

    def test_another_team_takes_it_over_and_the_first_is_free(self, house) -> None:
        first, second = house.team(1), house.team(2)
        form_id = house.scheduled_check(first)
        house.send(form_id, second, house.span(25, 26))
        assert (house.visits(first), list(house.visits(second))) == ({}, [form_id])

    def test_the_same_again_is_told_once(self, house) -> None:
        team_id = house.team()
        form_id = house.scheduled_check(team_id)
        assert house.send(form_id, team_id, house.check(form_id).visit).position is None
        assert house.told(form_id) == ["inspection.approved", "inspection.scheduled"]

    def test_a_team_of_another_district_is_not_sent(self, house) -> None:
        with pytest.raises(TeamElsewhere):
            house.send(house.approved_check(), house.team(district=GURO), house.span(25, 26))

    def test_of_many_at_once_who_want_one_time_one_gets_it(self, house) -> None:
        team_id = house.team()
        forms = [house.approved_check() for _ in range(8)]

        def send(form_id: UUID) -> bool:
            try:
                house.send(form_id, team_id, house.span(25, 26))
            except TeamBusy:
                return False
            return True

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(send, forms)) == 1
        assert len(house.visits(team_id)) == 1

    def test_supervisors_form_teams_and_disband_them(self, house) -> None:
        team_id = house.checks.form_team(FormTeam(district=GANGDONG, number=3), PARK).aggregate_id
        for context in (KIM, PARK_OF_SONGPA):
            with pytest.raises(Forbidden):
                house.checks.form_team(FormTeam(district=GANGDONG, number=4), context)
            with pytest.raises(Forbidden):
                house.checks.disband_team(team_id, context)
        house.checks.disband_team(team_id, PARK)
        with pytest.raises(DomainError, match="3"):
            house.send(house.approved_check(), team_id, house.span(25, 26))


class TestResults:
    def test_a_camera_that_was_found_is_told_to_the_police(self, house) -> None:
        form_id = visited(house, Finding.FOUND, EVIDENCE)
        [delivery] = [
            one for one in house.log.deliveries.values() if one.channel is Channel.POLICE_NOTICE
        ]
        assert (delivery.about, delivery.request_id) == (form_id, house.check(form_id).notice_id)
        assert house.told(form_id)[-1] == "inspection.result"

    def test_nothing_is_found_without_a_word_for_the_police(self, house) -> None:
        with pytest.raises(EvidenceMissing):
            visited(house, Finding.FOUND)

    @pytest.mark.parametrize("finding", Finding)
    def test_whatever_came_of_it_the_team_is_free(self, house, finding) -> None:
        form_id = visited(house, finding, EVIDENCE)
        assert house.check(form_id).finding is finding
        assert house.visits(house.check(form_id).team_id) == {}

    def test_where_nobody_could_enter_it_is_tried_again_or_closed(self, house) -> None:
        form_id = visited(house, Finding.NOT_ENTERED)
        team_id = house.check(form_id).team_id
        house.send(form_id, team_id, house.span(20, 21))
        house.clock.advance(21 * 3600)
        again = TellResult(form_id=form_id, finding=Finding.NOT_ENTERED)
        house.checks.tell_result(again, KIM)
        house.checks.close(DecideForm(form_id=form_id), KIM)
        assert house.check(form_id).over

    def test_the_timers_ask_once(self, house) -> None:
        waiting, visit = house.asks_check().aggregate_id, house.scheduled_check()
        house.clock.advance(4 * 86_400)
        for _ in range(2):
            house.fire(waiting, TimerKind.INSPECTION_DECISION)
            house.fire(visit, TimerKind.INSPECTION_RESULT)
        assert house.log.topics(waiting)[1:] == ["inspection.decision_overdue"]
        assert house.log.topics(visit)[3:] == ["inspection.result_overdue"]
