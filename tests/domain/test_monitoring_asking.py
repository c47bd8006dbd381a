"""Something is amiss: she is asked, and every question is answered or rises."""

from __future__ import annotations

from domain.monitoring import Monitoring, facts
from domain.monitoring.asking import Answered, Asked, Cleared, Unanswered
from domain.monitoring.lighting import LightsReleased
from domain.monitoring.refusals import QuestionUnknown
from domain.monitoring.vocabulary import CheckInAnswer, MonitoringClearedBy
from domain.watching import Trouble
from tests.domain.monitorings import (
    KIM,
    POLICY,
    REPORT,
    after,
    answered,
    arrived,
    asked,
    fix,
    in_danger,
    question,
    seen,
    started,
    troubled,
    unanswered,
)

OVERDUE = 1500


def answer(which: CheckInAnswer = CheckInAnswer.ALL_RIGHT, seconds: float = 210, number: int = 1):
    def step(one: Monitoring) -> None:
        one.answer(question_id=question(number), answer=which, at=after(seconds), policy=POLICY)

    return step


def silent(due: float = 230, at: float | None = None):
    def step(one: Monitoring) -> None:
        moment = after(due if at is None else at)
        one.unanswered(question_id=question(), due_at=after(due), at=moment, policy=POLICY)

    return step


def clears(operator_id=KIM, note: str | None = None, *, supervisor: bool = False):
    def step(one: Monitoring) -> None:
        one.clear(
            operator_id=operator_id,
            supervisor=supervisor,
            by=MonitoringClearedBy.CAMERA,
            note=note,
            at=after(260),
            policy=POLICY,
        )

    return step


def rising(one: Monitoring) -> set[str]:
    return {str(why) for why, _ in one.rises}


def overdue(due: float = OVERDUE, at: float = OVERDUE):
    return lambda one: one.overdue(due_at=after(due), at=after(at), policy=POLICY)


def test_a_standstill_asks_her_at_once_and_gives_her_30_s() -> None:
    rest = (fix(10), fix(100), fix(190))
    session = seen(started(), 185)

    def looks(one: Monitoring) -> None:
        one.follow_positions(rest, (), at=after(191), policy=POLICY)

    session.when(looks).then(
        (facts.TroubleNoticed, {"trouble": Trouble.STANDSTILL}),
        (Asked, {"question_id": question(), "about": "standstill", "answer_by": after(221)}),
    )


def test_she_is_overdue_five_minutes_after_she_was_expected() -> None:
    started().when(overdue()).then(
        (facts.TroubleNoticed, {"trouble": Trouble.OVERDUE, "since": after(1200)}),
        (Asked, {"about": Trouble.OVERDUE}),
    )
    started().when(overdue(at=OVERDUE - 1)).then()
    started().when(overdue(due=1499)).then()
    arrived().when(overdue()).then()


def test_one_question_at_a_time() -> None:
    asked().when(overdue()).then((facts.TroubleNoticed, {"trouble": Trouble.OVERDUE}))


def test_during_her_emergency_nobody_asks_whether_all_is_well() -> None:
    in_danger().when(overdue()).then((facts.TroubleNoticed, {"trouble": Trouble.OVERDUE}))


def test_all_right_settles_it_and_asks_again_in_ten_minutes_while_it_lasts() -> None:
    asked().when(answer()).then(
        (Answered, {"answer": CheckInAnswer.ALL_RIGHT, "ask_again_at": after(810)})
    )
    passed = asked().given(
        facts.TroublePassed, timestamp=after(205), trouble=Trouble.STANDSTILL, lasted_s=5
    )
    passed.when(answer()).then((Answered, {"ask_again_at": None}))


def test_an_answer_after_its_time_counts_too() -> None:
    outcome = unanswered().when(answer(seconds=300))
    outcome.then(Answered)


def test_all_right_said_twice_is_said_once() -> None:
    answered().when(answer(seconds=220)).then()


def test_help_counts_at_any_time_but_after_the_end() -> None:
    asked().when(answer(CheckInAnswer.HELP)).then(
        (Answered, {"answer": CheckInAnswer.HELP, "ask_again_at": None})
    )
    answered().when(answer(CheckInAnswer.HELP, 400)).then((Answered, {"answer": "help"}))
    arrived(asked()).when(answer(CheckInAnswer.HELP, 950)).then()


def test_what_was_never_asked_is_not_answered() -> None:
    started().when(answer()).then_refused(QuestionUnknown)
    asked().when(answer(number=2)).then_refused(QuestionUnknown)


def test_silence_for_30_s_is_for_her_watcher_to_see_to() -> None:
    outcome = asked().when(silent())
    outcome.then((Unanswered, {"question_id": question()}))
    assert [(one.level, one.due_at) for one in outcome.fact.escalations] == [
        ("supervisor", after(260)),
        ("city", after(350)),
    ]


def test_silence_is_noted_once_and_only_of_an_open_question() -> None:
    asked().when(silent(at=229)).then()
    asked().when(silent(due=229)).then()
    answered().when(silent()).then()
    unanswered().when(silent()).then()
    arrived(asked()).when(silent(at=950)).then()


def test_after_ten_minutes_she_is_asked_anew_if_something_is_amiss_still() -> None:
    def again(due: float = 810, at: float = 810):
        return lambda one: one.ask_again(due_at=after(due), at=after(at), policy=POLICY)

    answered().when(again()).then((Asked, {"question_id": question(2), "about": "standstill"}))
    answered().when(again(at=809)).then()
    answered().when(again(due=809)).then()
    passed = answered().given(
        facts.TroublePassed, timestamp=after(300), trouble=Trouble.STANDSTILL, lasted_s=100
    )
    passed.when(again()).then()
    arrived(answered()).when(again(at=950)).then()


def test_an_operator_who_sees_her_well_settles_the_question() -> None:
    outcome = asked().when(clears(note="  "))
    outcome.then((Cleared, {"note": None, "by": "camera", "ask_again_at": after(860)}))
    started().when(clears()).then((Cleared, {"ask_again_at": None}))


def test_an_emergency_settles_the_question_and_is_known_once() -> None:
    def raised(one: Monitoring) -> None:
        one.emergency_raised(report_id=REPORT, at=after(250))
        assert one.question is None
        assert rising(one) == set()

    unanswered().when(raised).then((facts.EmergencyRaised, {"report_id": REPORT}), LightsReleased)
    in_danger().when(lambda one: one.emergency_raised(report_id=REPORT, at=after(300))).then()
    arrived().when(lambda one: one.emergency_raised(report_id=REPORT, at=after(950))).then()


def test_after_her_emergency_she_may_be_asked_again() -> None:
    def ended(one: Monitoring) -> None:
        one.emergency_ended(report_id=REPORT, at=after(400))
        one.emergency_ended(report_id=REPORT, at=after(401))
        assert one.reports == ()

    in_danger().when(ended).then((facts.EmergencyEnded, {"report_id": REPORT}))
    started().when(lambda one: one.emergency_ended(report_id=REPORT, at=after(400))).then()


def test_a_trouble_that_passes_leaves_the_question_open() -> None:
    def moved(one: Monitoring) -> None:
        one.follow_positions((fix(190), fix(212, metres=60)), (), at=after(212), policy=POLICY)
        assert one.question == question()

    asked(troubled(seen(started(), 190))).when(moved).then(facts.TroublePassed)
