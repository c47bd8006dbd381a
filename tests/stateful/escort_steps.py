"""What happens to the escorts of a night, beside their booking: met, late, left, walked, home."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from application.errors import TooEarly
from application.escort.commands import (
    EndEscort,
    MeetCitizen,
    ReassignEscort,
    WatchEscort,
    WithdrawTeam,
)
from application.escort.roster_commands import CloseDistrict, FormTeam, OfNight
from application.triggers import TriggerReport
from domain.base import DomainError
from domain.escort.vocabulary import EscortEnd
from domain.scout_roster import ClosureReason
from tests.application.escort_house import KIM, SUPERVISOR, due_timer
from tests.application.house import LEE, SYSTEM, id_of, sent
from tests.application.test_escort_walking import batch, send
from tests.application.test_escort_watchers import line
from tests.domain.escorts import NIGHT
from tests.memory import GANGDONG, GANGDONG_OFFICE, GURO_OFFICE
from tests.stateful.escorting import CITIZENS, Escorting

RARELY: Final = st.sampled_from([False, False, False, True])
OPERATORS: Final = st.sampled_from([KIM, LEE])
WHO: Final = st.sampled_from(["citizen", "first", "second"])


class EscortSteps(Escorting):
    """Any history of meeting, walking, leaving, waiting, repeating and restarting."""

    escorts = Escorting.escorts

    @rule(escort_id=escorts, right=st.booleans(), number=st.integers(0, 1))
    def meet(self, escort_id: UUID, *, right: bool, number: int) -> None:
        one, scout = self.model[escort_id], self._scout(escort_id, number)
        if scout is None:
            return
        code = self.house.escort(escort_id).code if right else "????"
        command = MeetCitizen(escort_id=escort_id, code=str(code))
        if self._done(lambda: self.house.escorts.meet(command, scout)):
            assert right or one.walks
            assert not one.cancelled
            one.walks = True

    @rule(escort_id=escorts)
    def cancel(self, escort_id: UUID) -> None:
        one = self.model[escort_id]
        done = self._done(lambda: self.house.escorts.cancel(escort_id, CITIZENS[one.citizen]))
        assert done == (one.cancelled or not (one.walks or one.over))
        one.cancelled = done

    @rule(escort_id=escorts, who=WHO)
    def arrive(self, escort_id: UUID, who: str) -> None:
        speaker = self._speaker(escort_id, who)
        if speaker is not None:
            self._done(lambda: self.house.escorts.arrive(escort_id, speaker))

    @rule(escort_id=escorts, who=WHO)
    def stand_there(self, escort_id: UUID, who: str) -> None:
        speaker = self._speaker(escort_id, who)
        if speaker is not None:
            self._done(lambda: self.house.escorts.wait(escort_id, speaker))

    @rule(escort_id=escorts, who=WHO)
    def tell_no_show(self, escort_id: UUID, who: str) -> None:
        speaker = self._speaker(escort_id, who)
        if speaker is not None:
            self._done(lambda: self.house.escorts.tell_no_show(escort_id, speaker))

    @rule(escort_id=escorts)
    def deny(self, escort_id: UUID) -> None:
        speaker = CITIZENS[self.model[escort_id].citizen]
        self._done(lambda: self.house.escorts.deny_arrival(escort_id, speaker))

    @rule(escort_id=escorts)
    def withdraw(self, escort_id: UUID) -> None:
        scout = self._scout(escort_id, 0)
        if scout is not None:
            command = WithdrawTeam(escort_id=escort_id)
            self._done(lambda: self.house.escorts.withdraw(command, scout))

    @rule(escort_id=escorts, operator=OPERATORS)
    def reassign(self, escort_id: UUID, operator: Any) -> None:
        command = ReassignEscort(escort_id=escort_id)
        self._done(lambda: self.house.escorts.reassign(command, operator))

    @rule(escort_id=escorts, operator=OPERATORS, take_over=st.booleans())
    def watch(self, escort_id: UUID, *, operator: Any, take_over: bool) -> None:
        command = WatchEscort(escort_id=escort_id, take_over=take_over)
        if self._done(lambda: self.house.escorts.watch(command, operator)):
            self.given_away.discard((escort_id, id_of(operator)))

    @rule(escort_id=escorts, operator=OPERATORS)
    def leave_watch(self, escort_id: UUID, operator: Any) -> None:
        watched_by = self.house.escort(escort_id).watched_by
        self._done(lambda: self.house.escorts.leave_watch(escort_id, operator))
        if watched_by == id_of(operator) and self.house.escort(escort_id).under_way:
            self.given_away.add((escort_id, watched_by))

    @rule(there=st.sets(st.sampled_from([id_of(KIM), id_of(LEE)])))
    def operators_come_and_go(self, there: set[UUID]) -> None:
        self.house.presence.there[GANGDONG] = tuple(sorted(there))

    @rule()
    def the_machine_sees_who_is_there(self) -> None:
        lines = [line(self.house, one) for one in self.model]
        self._done(lambda: self.house.escorts.attend(lines, SYSTEM))

    @rule(operator=OPERATORS)
    @precondition(lambda self: any(one.walks for one in self.model.values()))
    def who_watches_leaves_and_the_machine_looks(self, operator: Any) -> None:
        """She is still there, and perhaps she alone."""
        self.house.presence.there[GANGDONG] = (id_of(operator),)
        self.the_machine_sees_who_is_there()
        for escort_id in self.model:
            self.leave_watch(escort_id, operator)
        self.the_machine_sees_who_is_there()

    @rule(escort_id=escorts)
    def renew_code(self, escort_id: UUID) -> None:
        self._done(lambda: self.house.escorts.renew_code(escort_id, KIM))

    @rule(escort_id=escorts, really=RARELY)
    def end(self, escort_id: UUID, *, really: bool) -> None:
        if not really:
            return
        command = EndEscort(escort_id=escort_id, end=EscortEnd.HOME, note="Seen at her door.")
        self._done(lambda: self.house.escorts.end(command, KIM))

    @rule(escort_id=escorts, who=WHO, far=st.booleans())
    def walk(self, escort_id: UUID, *, who: str, far: bool) -> None:
        speaker = self._speaker(escort_id, who)
        if speaker is not None:
            place = GURO_OFFICE if far else GANGDONG_OFFICE
            send(self.house, escort_id, speaker, batch(self.house, place))

    @rule(escort_id=escorts)
    def alarm(self, escort_id: UUID) -> None:
        """A scout's press is taken at any moment."""
        scout = self._scout(escort_id, 1)
        if scout is not None:
            self.wishes += 1
            body = sent(f"alarm-{self.wishes}")
            self.house.alarms.raise_alarm(TriggerReport(sent=body, fallback_id="x"), scout)

    @rule(escort_id=escorts)
    def they_meet(self, escort_id: UUID) -> None:
        """In time, and she says the right code."""
        self._comes(self.house.escort(escort_id).meet_from)
        self.meet(escort_id, right=True, number=0)

    @rule(escort_id=escorts, data=st.data())
    def the_hour_comes(self, escort_id: UUID, data: Any) -> None:
        """Of something that was to happen, and the timers ask."""
        escort = self.house.escort(escort_id)
        hours = [escort.remind_at, escort.late_at, escort.no_show_at, escort.give_up_at]
        hours += [escort.due_at, escort.watch_by, escort.confirm_by]
        self._comes(data.draw(st.sampled_from([one for one in hours if one is not None])))
        self._fire(data, twice=False)

    def _comes(self, moment: datetime) -> None:
        ahead_s = (moment - self.house.clock.now()).total_seconds()
        self.house.clock.advance(max(0.0, ahead_s))

    @rule(reason=st.sampled_from(ClosureReason), really=RARELY)
    def close(self, reason: ClosureReason, *, really: bool) -> None:
        if not really:
            return
        command = CloseDistrict(district=GANGDONG, night=NIGHT, reason=reason)
        for escort_id in self.house.scouts.close(command, SUPERVISOR).cancelled:
            self.model[escort_id].cancelled = True

    @rule()
    @precondition(lambda self: self.house.roster().closed)
    def reopen(self) -> None:
        command = OfNight(district=GANGDONG, night=NIGHT, one=UUID(int=0))
        self._done(lambda: self.house.scouts.reopen(command, SUPERVISOR))

    @rule(number=st.integers(0, 1), again=st.booleans(), really=RARELY)
    def a_team_stays_in(self, *, number: int, again: bool, really: bool) -> None:
        """And comes back, in a team of the same two."""
        teams = list(self.house.roster().teams.values())
        if number >= len(teams) or not really:
            return
        command = OfNight(district=GANGDONG, night=NIGHT, one=teams[number].team_id)
        gone = self._done(lambda: self.house.scouts.stand_down(command, SUPERVISOR))
        if gone and again:
            form = FormTeam(district=GANGDONG, night=NIGHT, scouts=teams[number].scouts)
            scouts = self.house.scouts_of[teams[number].team_id]
            with suppress(DomainError):
                formed = self.house.scouts.form_team(form, SUPERVISOR)
                assert formed.team_id is not None
                self.house.scouts_of[formed.team_id] = scouts

    @rule(seconds=st.sampled_from([1, 20, 60, 300, 900, 1800]))
    def time_passes(self, seconds: float) -> None:
        self.house.clock.advance(seconds)

    @rule(data=st.data(), twice=st.booleans())
    def timers_fire(self, *, data: Any, twice: bool) -> None:
        """Those that are due, in any order, perhaps twice, perhaps late."""
        self._fire(data, twice=twice)

    def _fire(self, data: Any, *, twice: bool) -> None:
        now = self.house.clock.now()
        waiting = [
            one
            for one in self.house.log.timers.values()
            if one.timer_id not in self.fired
            and one.due_at <= now
            and one.aggregate_id in self.model
        ]
        for timer in data.draw(st.permutations(waiting)) if waiting else ():
            for _ in range(1 + twice):
                with suppress(TooEarly):
                    self.house.escorts.timed()[timer.kind](due_timer(timer), SYSTEM)
            self.fired.add(timer.timer_id)

    @rule(data=st.data(), times=st.integers(1, 6))
    @precondition(lambda self: any(one.walks for one in self.model.values()))
    def on_the_way(self, data: Any, times: int) -> None:
        """What happens to those who walk."""
        for _ in range(times):
            walking = [one for one in self.model if self.house.escort(one).under_way]
            if not walking:
                return
            escort_id, who = data.draw(st.sampled_from(walking)), data.draw(WHO)
            self.house.clock.advance(data.draw(st.sampled_from([5, 30, 130])))
            match data.draw(st.sampled_from(["walk", "walk", "watch", "leave", "home", "deny"])):
                case "walk":
                    self.walk(escort_id, who=who, far=data.draw(st.booleans()))
                case "watch":
                    self.watch(escort_id, operator=KIM, take_over=True)
                case "leave":
                    self.leave_watch(escort_id, KIM)
                case "home":
                    self.arrive(escort_id, who)
                case _:
                    self.deny(escort_id)
            self._fire(data, twice=False)
