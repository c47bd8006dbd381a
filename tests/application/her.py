"""A registered citizen of the desk tests, and what she and her phone do."""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

from application.context import Context
from application.emergency.commands import CancelReceipt, CancelReport, TriggerReceipt
from application.member_desk import RegisterMember
from application.pin_desk import ClearPin, PinState, SetPin
from tests.application.house import NOBODY, SYSTEM, DeskHouse, phone, sent

PIN, DURESS = "1234", "987654"


class Her:
    """A registered citizen, and what she and her phone do."""

    def __init__(self, house: DeskHouse) -> None:
        self.house = house
        registered = house.members.register(
            RegisterMember(name="김지영", phone="+821012345678"), SYSTEM
        )
        self.id = registered.citizen_id
        self.context = Context(
            principal=NOBODY.principal.model_copy(update={"id": str(self.id), "role": "citizen"}),
            correlation_id=NOBODY.correlation_id,
        )

    def sets(self, pin: str, duress: str | None = None, old: str | None = None) -> PinState:
        command: dict[str, Any] = {"pin": pin, "duress_pin": duress, "old_pin": old}
        return self.house.pins.set(SetPin(**command), self.context)

    def clears(self, old: str) -> PinState:
        return self.house.pins.clear(ClearPin(old_pin=SecretStr(old)), self.context)

    def raises(self, trigger_id: str = "t-1", **changes: Any) -> TriggerReceipt:
        return self.house.trigger(
            sent(trigger_id, **changes), identity=phone(self.id), context=self.context
        )

    def cancels(self, receipt: TriggerReceipt, pin: str | None = None) -> CancelReceipt:
        command = CancelReport(
            report_id=receipt.report_id,
            identity=phone(self.id),
            pin=None if pin is None else SecretStr(pin),
        )
        return self.house.desk.cancel(command, self.context)

    def topics(self, receipt: TriggerReceipt) -> list[str]:
        return [one.removeprefix("emergency.") for one in self.house.log.topics(receipt.report_id)]
