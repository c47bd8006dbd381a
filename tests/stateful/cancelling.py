"""Cancels of every kind: with the right PIN, a wrong one, none, and the one that alarms."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from pydantic import SecretStr

from application.emergency.commands import CancelReceipt, CancelReport
from application.pin_desk import SetPin
from domain.emergency.vocabulary import Stage
from domain.language import Language
from domain.member import Member
from domain.policy import Policy
from tests.application.house import CITIZEN, JIYOUNG, SUJIN, SYSTEM, phone
from tests.stateful.belonging import Modelled
from tests.stateful.life_of_reports import LifeOfReports
from tests.stateful.turns import DURESS, RIGHT

WRONG = "0000"
TRIES = Policy().pin_tries_max


class Cancelling(LifeOfReports):
    """Sujin has set two PINs, Jiyoung has none; to the phone, duress is a cancel like another."""

    @initialize()
    def sujin_sets_her_pins(self) -> None:
        at = self.house.clock.now()
        for one in (JIYOUNG, SUJIN):
            if self.house.app.find(Member, one) is None:
                member = Member.register(
                    citizen_id=one, name="김", phone="+821012345678", language=Language.KO, at=at
                )
                self.house.app.save(member)
        command: dict[str, Any] = {"pin": RIGHT, "duress_pin": DURESS}
        her = SYSTEM.model_copy(
            update={"principal": CITIZEN.principal.model_copy(update={"id": str(SUJIN)})}
        )
        self.house.pins.set(SetPin(**command), her)

    @rule(
        report_id=LifeOfReports.reports,
        pin=st.sampled_from([RIGHT, RIGHT, RIGHT, DURESS, WRONG, None]),
        times=st.sampled_from([1, 1, 2, TRIES]),
    )
    def cancel(self, report_id: UUID, pin: str | None, times: int) -> None:
        for _ in range(times):
            self._cancel(report_id, pin)

    def _cancel(self, report_id: UUID, pin: str | None) -> None:
        one = self.model[report_id]
        asked = one.citizen == SUJIN
        _, answer = self.judged(lambda: None, lambda: self._asked_to(report_id, one, pin))
        in_time = one.stage is Stage.WINDOW and self.house.clock.now() <= one.until
        known = one.stage is Stage.CANCELLED or one.pretended
        fits = not asked or (pin in {RIGHT, DURESS} and one.wrong_pins < TRIES)
        told = known or (in_time and fits)
        assert answer.cancelled == told
        if asked and pin == DURESS:
            self._forced(report_id, one, told=told)
        elif known:
            return
        elif told and one.duress:
            self._forced(report_id, one, told=told)
        elif told:
            one.stage, one.cancelled_at = Stage.CANCELLED, self.house.clock.now()
            self._over(report_id)
        elif asked and in_time and pin == WRONG and one.wrong_pins < TRIES:
            one.wrong_pins += 1

    def _forced(self, report_id: UUID, one: Modelled, *, told: bool) -> None:
        one.seems_resolved |= not one.duress and one.stage is Stage.RESOLVED
        if not one.duress and one.stage in (Stage.CANCELLED, Stage.RESOLVED):
            one.stage, one.holder = Stage.WINDOW, None
        one.duress = True
        if told and not one.pretended:
            one.pretended = True
            self._over(report_id)

    def _asked_to(self, report_id: UUID, one: Modelled, pin: str | None) -> CancelReceipt:
        command = CancelReport(
            report_id=report_id,
            identity=phone(one.citizen),
            pin=None if pin is None else SecretStr(pin),
        )
        return self.house.desk.cancel(command, CITIZEN)
