"""Anybody sends a form, looks it up with its code, takes it back; nobody guesses a code."""

from __future__ import annotations

import pytest

from application.context import Context, Idempotency
from application.errors import Forbidden, KeyReused, TooManyAttempts, Unknown
from application.inspection.applying import LETTERS
from application.inspection.commands import DecideForm, DeclineForm, OpenForm
from domain.inspection.refusals import (
    ApplicantMissing,
    DistrictUnknown,
    InspectionOver,
    LoanDecided,
    LoanTooLong,
    TimesUnfit,
)
from domain.inspection.vocabulary import FormDecline
from tests.application.forms_house import SOMEBODY, FormsHouse
from tests.application.house import CITIZEN, JIYOUNG, KIM


@pytest.fixture
def house() -> FormsHouse:
    return FormsHouse()


def key(name: str, body: bytes = b"1", context: Context = SOMEBODY) -> Context:
    asked = Idempotency(route="forms", key=name, body_sha256=body)
    return context.model_copy(update={"idempotency": asked})


def opening(receipt, code: str | None = None) -> OpenForm:
    return OpenForm(reference=receipt.reference, code=code or receipt.code)


class TestSending:
    def test_who_sent_it_is_told_a_reference_and_a_code(self, house) -> None:
        receipt = house.asks_check()
        assert receipt.reference.startswith("IN-")
        assert len(receipt.code) == 10
        assert set(receipt.code) <= set(LETTERS)
        assert house.log.topics(receipt.aggregate_id) == ["inspection.requested"]

    def test_no_code_stands_in_what_is_kept_for_repeats(self, house) -> None:
        receipt = house.asks_check(key("k-1"))
        kept = house.log.find("anonymous", key("k-1").idempotency)
        assert receipt.code not in kept.receipt

    def test_a_repeat_gets_the_same_two(self, house) -> None:
        first, again = house.asks_check(key("k-1")), house.asks_check(key("k-1"))
        assert (first.reference, first.code) == (again.reference, again.code)
        with pytest.raises(KeyReused):
            house.asks_check(key("k-1", b"2"))

    def test_somebody_without_membership_has_an_id_of_their_own(self, house) -> None:
        forms = [house.check(house.asks_check().aggregate_id) for _ in range(2)]
        assert len({one.applicant_id for one in forms}) == 2
        assert not forms[0].member

    def test_a_members_name_and_number_are_known(self, house) -> None:
        house.practise()
        form = house.check(house.asks_check(CITIZEN, name=None, phone=None).aggregate_id)
        assert (form.applicant_id, form.member, form.phone) == (JIYOUNG, True, "+821012345678")

    def test_others_say_who_they_are(self, house) -> None:
        for missing in ("name", "phone"):
            with pytest.raises(ApplicantMissing):
                house.asks_check(**{missing: None})

    def test_a_place_lies_in_a_district_of_the_city(self, house) -> None:
        with pytest.raises(DistrictUnknown):
            house.asks_check(district="26110")

    def test_what_cannot_be_followed_is_refused_by_name(self, house) -> None:
        with pytest.raises(TimesUnfit):
            house.asks_check(wished=())
        with pytest.raises(LoanTooLong):
            house.asks_detector(days=8)

    def test_staff_send_none(self, house) -> None:
        with pytest.raises(Forbidden):
            house.asks_check(KIM)

    def test_one_address_sends_ten_in_ten_minutes(self, house) -> None:
        for _ in range(10):
            house.asks_check()
        with pytest.raises(TooManyAttempts) as refused:
            house.asks_detector()
        assert refused.value.retry_after_s == 600
        house.asks_check(SOMEBODY.model_copy(update={"address": "203.0.113.8"}))
        house.clock.advance(601)
        house.asks_check()


class TestLookingUp:
    def test_with_the_code_its_state_is_shown_and_nothing_personal(self, house) -> None:
        form_id = house.scheduled_check()
        form = house.check(form_id)
        state = house.form_desk.look_up(
            OpenForm(reference=form.reference, code=form.code), SOMEBODY
        )
        assert (state.kind, state.stage, state.visit) == ("inspection", "scheduled", form.visit)
        assert "미나" not in state.model_dump_json()

    def test_a_loan_shows_when_it_is_due(self, house) -> None:
        house.stock("GD-1")
        loan = house.loan(house.lent())
        state = house.form_desk.look_up(
            OpenForm(reference=loan.reference, code=loan.code), SOMEBODY
        )
        assert (state.kind, state.due_at) == ("detector_loan", loan.due_at)

    def test_the_reason_of_a_no_is_shown_as_a_code(self, house) -> None:
        receipt = house.asks_check()
        house.checks.decline(
            DeclineForm(form_id=receipt.aggregate_id, why=FormDecline.NOT_OURS, note="구청 밖"), KIM
        )
        state = house.form_desk.look_up(opening(receipt), SOMEBODY)
        assert (state.stage, state.declined) == ("declined", FormDecline.NOT_OURS)
        assert "구청" not in state.model_dump_json()

    def test_a_wrong_code_and_an_unknown_reference_look_alike(self, house) -> None:
        receipt = house.asks_check()
        with pytest.raises(Unknown) as wrong:
            house.form_desk.look_up(opening(receipt, "WRONG"), SOMEBODY)
        with pytest.raises(Unknown) as unknown:
            house.form_desk.look_up(OpenForm(reference="IN-NONE", code="X"), SOMEBODY)
        assert wrong.value.code == unknown.value.code

    def test_ten_wrong_codes_close_the_reference_to_everybody_for_a_while(self, house) -> None:
        receipt = house.asks_check()
        for number in range(10):
            elsewhere = SOMEBODY.model_copy(update={"address": f"198.51.100.{number}"})
            with pytest.raises(Unknown):
                house.form_desk.look_up(opening(receipt, "WRONG"), elsewhere)
        with pytest.raises(TooManyAttempts):
            house.form_desk.look_up(opening(receipt), SOMEBODY)
        house.clock.advance(601)
        assert house.form_desk.look_up(opening(receipt), SOMEBODY).stage == "requested"

    def test_one_address_guesses_ten_times(self, house) -> None:
        for number in range(10):
            with pytest.raises(Unknown):
                house.form_desk.look_up(OpenForm(reference=f"IN-{number}", code="X"), SOMEBODY)
        receipt = house.asks_check()
        with pytest.raises(TooManyAttempts):
            house.form_desk.look_up(opening(receipt), SOMEBODY)

    def test_where_no_address_is_known_the_reference_alone_counts(self, house) -> None:
        nowhere = SOMEBODY.model_copy(update={"address": None})
        receipt = house.asks_check(nowhere)
        assert house.form_desk.look_up(opening(receipt), nowhere).stage == "requested"


class TestWithdrawing:
    def test_the_teams_time_is_free_again(self, house) -> None:
        team_id = house.team()
        form_id = house.scheduled_check(team_id)
        form = house.check(form_id)
        house.form_desk.withdraw(OpenForm(reference=form.reference, code=form.code), SOMEBODY)
        assert house.visits(team_id) == {}
        assert house.check(form_id).stage == "withdrawn"

    def test_the_detector_is_free_again(self, house) -> None:
        house.stock("GD-1")
        receipt = house.asks_detector()
        house.loans.approve(DecideForm(form_id=receipt.aggregate_id), KIM)
        house.form_desk.withdraw(opening(receipt), SOMEBODY)
        assert house.pool().free == ("GD-1",)

    def test_of_a_form_that_took_nothing_nothing_is_freed(self, house) -> None:
        for receipt in (house.asks_detector(), house.asks_check()):
            assert house.form_desk.withdraw(opening(receipt), SOMEBODY).position is not None
            assert house.form_desk.withdraw(opening(receipt), SOMEBODY).position is None

    def test_too_late_is_told_by_name(self, house) -> None:
        house.stock("GD-1")
        loan = house.loan(house.lent())
        with pytest.raises(LoanDecided):
            house.form_desk.withdraw(OpenForm(reference=loan.reference, code=loan.code), SOMEBODY)
        receipt = house.asks_check()
        house.checks.decline(DeclineForm(form_id=receipt.aggregate_id, why=FormDecline.OTHER), KIM)
        with pytest.raises(InspectionOver):
            house.form_desk.withdraw(opening(receipt), SOMEBODY)

    def test_only_the_code_takes_it_back(self, house) -> None:
        receipt = house.asks_check()
        with pytest.raises(Unknown):
            house.form_desk.withdraw(opening(receipt, "WRONG"), SOMEBODY)
