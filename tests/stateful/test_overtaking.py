"""Who was overtaken decides again on what the other one has saved, and is saved once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from application.outbox import TimerKind
from domain.base import Fact
from domain.emergency import facts
from domain.emergency.help_answers import PoliceStoodDown
from domain.emergency.silence import Silenced
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted, TransferExpired, TransferOffered
from domain.emergency.vocabulary import Stage
from tests.application.house import CHO_OF_SONGPA, JIYOUNG, KIM, LEE, PARK_OF_SONGPA, SUJIN
from tests.memory import GANGDONG_OFFICE, SONGPA, SONGPA_OFFICE
from tests.stateful.test_emergency_machine import ReportsLife
from tests.stateful.turns import TURNS


class Lives:
    """One citizen's report, in a machine whose model judges every step."""

    def __init__(self, citizen: UUID = JIYOUNG) -> None:
        self.machine: Any = ReportsLife()
        self.machine.sujin_sets_her_pins()
        self.machine.trigger(citizen, "t-1", GANGDONG_OFFICE, drill=False, silent=False)
        [self.report_id] = self.machine.model

    def do(self, step: str, who: Any = KIM) -> None:
        TURNS[step](self.machine, self.report_id, who)

    def both(self, step: str, who: Any, faster: str, other: Any) -> None:
        """``other`` is saved while ``who`` decides."""
        before = self.machine.house.log.conflicts
        self.machine.faster = (faster, other)
        self.do(step, who)
        assert self.machine.house.log.conflicts == before + 1

    def accepted(self) -> Lives:
        self.machine.the_next_timer_fires_on_time()
        return self

    def claimed(self) -> Lives:
        self.accepted().do("claims")
        return self

    def count(self, fact: type[Fact]) -> int:
        told = self.machine.house.log.facts(self.report_id)
        return sum(isinstance(one, fact) for one in told)

    @property
    def stage(self) -> Stage:
        stage: Stage = self.machine.model[self.report_id].stage
        return stage


def test_of_two_claims_the_first_saved_stands_and_the_other_is_refused() -> None:
    lives = Lives().accepted()
    lives.both("claims", KIM, "claims", LEE)
    assert lives.count(facts.Claimed) == 1
    assert lives.machine.report(lives.report_id).held_by == UUID(LEE.principal.id)


@pytest.mark.parametrize(
    ("step", "faster", "stage"),
    [("takes back", "is due", Stage.OPEN), ("is due", "takes back", Stage.CANCELLED)],
)
def test_a_cancel_and_the_end_of_the_window_are_one_or_the_other(
    step: str, faster: str, stage: Stage
) -> None:
    lives = Lives()
    lives.machine.time_passes(5)
    lives.both(step, KIM, faster, KIM)
    assert lives.stage is stage
    assert lives.count(facts.Accepted) + lives.count(facts.Cancelled) == 1


def test_a_cancel_that_a_forced_one_overtakes_ends_nothing() -> None:
    lives = Lives(SUJIN)
    lives.both("takes back", KIM, "is forced to", KIM)
    assert (lives.count(DuressSuspected), lives.count(facts.Cancelled)) == (1, 0)
    assert lives.accepted().stage is Stage.OPEN


def test_a_report_that_was_raised_again_meanwhile_is_not_resolved() -> None:
    lives = Lives().claimed()
    lives.both("resolves", KIM, "raises again", KIM)
    assert lives.stage is Stage.CLAIMED
    assert lives.machine.report(lives.report_id).ringing


def test_what_is_raised_while_a_report_is_resolved_opens_another() -> None:
    lives = Lives().claimed()
    lives.both("raises again", KIM, "resolves", KIM)
    assert lives.stage is Stage.RESOLVED
    assert len(lives.machine.model) == 2


def test_one_trigger_that_arrives_twice_at_once_opens_one_report() -> None:
    machine: Any = ReportsLife()
    machine.faster = ("raises again", KIM)
    machine.trigger(JIYOUNG, "t-4", SONGPA_OFFICE, drill=False, silent=False)
    assert len(machine.model) == 1
    machine.the_first_word_stands_and_each_other_is_kept_beside_it()


def test_two_who_ask_for_the_police_at_once_have_asked_once() -> None:
    lives = Lives().claimed()
    lives.both("calls the police", LEE, "calls the police", KIM)
    assert lives.count(facts.PoliceRequested) == 1


def test_two_stand_downs_at_once_take_back_once() -> None:
    lives = Lives().claimed()
    lives.do("calls the police")
    lives.both("police not needed", LEE, "police not needed", KIM)
    assert lives.count(PoliceStoodDown) == 1


def test_a_step_beside_another_that_does_not_forbid_it_is_saved_after_it() -> None:
    lives = Lives().claimed()
    lives.both("silences", LEE, "looks", KIM)
    assert (lives.count(Silenced), lives.count(facts.CameraViewed)) == (1, 1)


def test_a_centre_that_answers_while_the_holder_resolves_gets_nothing() -> None:
    lives = Lives().claimed()
    lives.do("offers")
    lives.both("accepts", CHO_OF_SONGPA, "resolves", KIM)
    assert lives.stage is Stage.RESOLVED
    assert lives.count(TransferAccepted) == 0


def test_a_holder_whose_report_was_accepted_elsewhere_meanwhile_cannot_end_it() -> None:
    lives = Lives().claimed()
    lives.do("offers")
    lives.both("resolves", KIM, "accepts", CHO_OF_SONGPA)
    assert lives.count(facts.Resolved) == 0
    assert lives.machine.centres.responsible(lives.report_id) == SONGPA
    lives.do("calls the police", CHO_OF_SONGPA)
    lives.do("resolves", CHO_OF_SONGPA)
    assert lives.stage is Stage.RESOLVED


def test_an_offer_that_was_taken_at_its_last_moment_does_not_lapse() -> None:
    lives = Lives().claimed()
    lives.do("offers")
    lives.machine.time_passes(15)
    [timer] = [one for one in lives.machine._waiting() if one.kind is TimerKind.TRANSFER]
    lives.machine.faster = ("accepts", PARK_OF_SONGPA)
    lives.machine._fire(timer)
    assert [lives.count(one) for one in (TransferOffered, TransferAccepted, TransferExpired)] == [
        1,
        1,
        0,
    ]
