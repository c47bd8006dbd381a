"""Bells, lights and the Ministry must agree with a plain model after any history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from application.emergency.commands import ClaimReport, ResolveReport, ReviewLabel
from application.errors import PartnerUnavailable
from domain.bell.bell_guard import Counted, Joined, Opened
from domain.emergency import facts
from domain.emergency.labelling import Label
from domain.emergency.vocabulary import Outcome, Stage
from domain.linked import LightMode, wearer_watch
from tests.application.bell_house import PARK, guard_of
from tests.application.house import COORDINATOR, NOTE, SYSTEM
from tests.application.linked_house import LinkedHouse, lamp_id

UNKNOWN = "XX-9"
BELLS = st.sampled_from((PARK, UNKNOWN))
PAUSES = st.sampled_from((0.5, 3, 30, 61, 600, 901, 4000))
NEAR = {lamp_id(0), lamp_id(1)}
AWAY = PartnerUnavailable("away")


class BellsLife(RuleBasedStateMachine):
    """Presses, repeats, pauses, looks and ends in any order; partners that are away or deaf."""

    def __init__(self) -> None:
        super().__init__()
        self.house = LinkedHouse()
        self.pressed: dict[tuple[str, str], Any] = {}
        """The answer that each press was given."""
        self.looked: set[Any] = set()
        self.heard: set[str] = set()

    @rule(bell_no=BELLS, seconds=PAUSES)
    def press(self, bell_no: str, seconds: float) -> None:
        self.house.clock.advance(seconds)
        before = self._ringing()
        press_id = f"p-{len(self.pressed)}"
        answer = self.house.press(press_id, bell_no)
        self.pressed[bell_no, press_id] = answer
        if not answer.counted:
            assert answer.aggregate_id in self._open()
            assert self._ringing() > before
        else:
            assert answer.aggregate_id in self.looked

    @rule(seconds=st.sampled_from((0.1, 0.5, 2)))
    def stick(self, seconds: float) -> None:
        for _ in range(12):
            self.press(PARK, seconds)

    @precondition(lambda self: self.pressed)
    @rule(data=st.data())
    def press_arrives_again(self, data: st.DataObject) -> None:
        bell_no, press_id = data.draw(st.sampled_from(sorted(self.pressed)))
        before = self._ringing()
        again = self.house.press(press_id, bell_no)
        assert again.aggregate_id == self.pressed[bell_no, press_id].aggregate_id
        assert self._ringing() == before

    @precondition(lambda self: self._labelled())
    @rule()
    def look(self) -> None:
        for report_id in self._labelled():
            self.house.desk.claim(ClaimReport(report_id=report_id), COORDINATOR)
            self.house.desk.review_label(ReviewLabel(report_id=report_id), COORDINATOR)
            self.looked.add(report_id)

    @precondition(lambda self: self._open())
    @rule(data=st.data())
    def resolve(self, data: st.DataObject) -> None:
        report_id = data.draw(st.sampled_from(sorted(self._open())))
        self.house.desk.claim(ClaimReport(report_id=report_id), COORDINATOR)
        end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
        self.house.desk.resolve(end, COORDINATOR)

    @rule(bell_no=BELLS, battery_pct=st.sampled_from((None, 5, 80)))
    def beat(self, bell_no: str, battery_pct: int | None) -> None:
        self.house.beat(bell_no, battery_pct=battery_pct)
        self.heard.add(bell_no)
        sign = self.house.signs.of(self.house.bell().id) if bell_no == PARK else None
        assert sign is None or sign.heard_at == self.house.clock.now()

    @rule(hours=st.sampled_from((0, 1, 4)))
    def look_for_silence(self, hours: int) -> None:
        self.house.clock.advance(hours * 3600)
        self.house.hearing.look(SYSTEM)
        bell = self.house.bell()
        sign = self.house.signs.of(bell.id)
        since = max(bell.since, sign.heard_at) if sign else bell.since
        quiet_s = (self.house.clock.now() - since).total_seconds()
        assert bell.silent == (quiet_s > self.house.policy.bell_silent_after_s)

    @precondition(lambda self: self.house.waiting())
    @rule(data=st.data(), trouble=st.sampled_from(("none", "away", "answer lost")))
    def bring(self, data: st.DataObject, trouble: str) -> None:
        """Whichever of them, whatever overtakes what."""
        waiting = self.house.waiting()
        delivery = waiting[data.draw(st.integers(0, len(waiting) - 1))]
        for partner in (self.house.network, self.house.ministry):
            partner.trouble = AWAY if trouble == "away" else None
            partner.deaf = AWAY if trouble == "answer lost" else None
        try:
            self.house.bring(delivery)
        except PartnerUnavailable:
            pass
        finally:
            for partner in (self.house.network, self.house.ministry):
                partner.trouble = partner.deaf = None

    @rule()
    def restart(self) -> None:
        self.house.restart()

    @invariant()
    def no_press_is_lost(self) -> None:
        kept = {
            (bell_no, fact.press_id): fact.report_id
            for bell_no in (PARK, UNKNOWN)
            for fact in self.house.log.facts(guard_of(bell_no))
            if isinstance(fact, Opened | Joined | Counted)
        }
        assert kept == {press: answer.aggregate_id for press, answer in self.pressed.items()}

    @invariant()
    def nothing_is_muted_before_somebody_has_looked(self) -> None:
        for answer in self.pressed.values():
            assert not answer.counted or answer.aggregate_id in self.looked

    @invariant()
    def no_request_to_the_ministry_ends_twice(self) -> None:
        for answer in self.pressed.values():
            log = self.house.log.facts(wearer_watch.WearerWatch.create_id(answer.aggregate_id))
            asked = [one.request_id for one in log if isinstance(one, wearer_watch.Requested)]
            ended = [one.request_id for one in log if isinstance(one, wearer_watch.Ended)]
            assert len({*asked}) == len(asked)
            assert len({*ended}) == len(ended)
            assert {*ended} <= {*asked}

    def teardown(self) -> None:
        """Whatever came before: brought to the end, all is as it is to be."""
        self.house.bring_all()
        somewhere = [one for one in self._open() if self._load(one).position is not None]
        lit = dict.fromkeys(NEAR, LightMode.BLINK) if somewhere else {}
        assert self.house.network.lit == lit
        assert {*self.house.ministry.watching} == self._asked() - {*self.house.ministry.ended}
        assert len(self.house.ministry.watching) == len(somewhere)
        for report_id in self._open():
            self.house.desk.claim(ClaimReport(report_id=report_id), COORDINATOR)
            end = ResolveReport(report_id=report_id, outcome=Outcome.POLICE_HANDLED, note=NOTE)
            self.house.desk.resolve(end, COORDINATOR)
        self.house.bring_all()
        assert (self.house.network.lit, self.house.lamps.used) == ({}, {})
        assert self.house.ministry.watching == {}
        assert self._asked() == {*self._all(wearer_watch.Ended, lambda one: one.request_id)}

    def _load(self, report_id: Any) -> Any:
        return self.house.desk._load(report_id)

    def _reports(self) -> set[Any]:
        return {answer.aggregate_id for answer in self.pressed.values()}

    def _open(self) -> set[Any]:
        stages = {Stage.OPEN, Stage.CLAIMED}
        return {one for one in self._reports() if self._load(one).stage in stages}

    def _labelled(self) -> set[Any]:
        return {
            one for one in self._open() - self.looked if Label.STUCK in {*self._load(one).labels}
        }

    def _ringing(self) -> int:
        """How often it rang, for all reports together."""
        return sum(
            isinstance(fact, facts.Accepted | facts.Joined) for fact in self.house.log.facts()
        )

    def _asked(self) -> set[Any]:
        return {*self._all(wearer_watch.Requested, lambda one: one.request_id)}

    def _all(self, kind: type, read: Callable[[Any], Any]) -> list[Any]:
        return [read(one) for one in self.house.log.facts() if isinstance(one, kind)]


TestBells = BellsLife.TestCase
TestBells.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
