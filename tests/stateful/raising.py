"""Two citizens raise reports and drills, here or too far away to be one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule

from domain.geography import Position
from tests.application.house import JIYOUNG, SUJIN, DeskHouse, phone, sent
from tests.memory import GANGDONG_HILL as FAR
from tests.memory import GANGDONG_OFFICE as HERE
from tests.stateful.belonging import DRILL_MODE, Belonging, Modelled

CITIZENS = st.sampled_from([JIYOUNG, SUJIN])
MOSTLY_REAL = st.sampled_from([False, False, False, True])


class Raising(RuleBasedStateMachine):
    """Each trigger is told to the model, which says where it belongs."""

    House = DeskHouse
    reports = Bundle("reports")

    def __init__(self) -> None:
        super().__init__()
        self.house = self.House()
        self.model: dict[UUID, Modelled] = {}
        self.belonging = Belonging(self.model)
        self.fired: set[UUID] = set()
        self.sent: set[UUID] = set()

    @initialize(target=reports, citizen=CITIZENS, drill=MOSTLY_REAL)
    def a_first_trigger(self, citizen: UUID, drill: bool) -> Any:  # noqa: FBT001
        if drill:
            self.practise(citizen)
        return self.trigger(citizen, "t-1", HERE, drill=drill, silent=False)

    @rule(citizen=CITIZENS)
    def practise(self, citizen: UUID) -> None:
        self.house.practise(citizen)
        now = self.house.clock.now()
        if now >= self.belonging.drill_until.get(citizen, now):
            self.belonging.drill_until[citizen] = now + DRILL_MODE

    @rule(
        target=reports,
        citizen=CITIZENS,
        drill=MOSTLY_REAL,
        trigger_id=st.sampled_from(["t-1", "t-2", "t-3"]),
        place=st.sampled_from([HERE, HERE, FAR]),
        silent=st.booleans(),
    )
    def again(
        self,
        citizen: UUID,
        drill: bool,  # noqa: FBT001
        trigger_id: str,
        place: Position,
        silent: bool,  # noqa: FBT001
    ) -> Any:
        return self.trigger(citizen, trigger_id, place, drill=drill, silent=silent)

    def trigger(
        self, citizen: UUID, trigger_id: str, place: Position, *, drill: bool, silent: bool
    ) -> Any:
        place = self.belonging.said.setdefault((citizen, trigger_id), place)  # a repeat is the same
        where = place.model_dump() | {"accuracy_m": 8.5, "source": "gnss"}
        alert = "silent" if silent else "siren"
        body = sent(trigger_id, drill=drill, alert=alert, position=where)
        now = self.house.clock.now()
        seen = {one: self.house.report(one).position for one in self.model}
        known = (citizen, trigger_id) in self.belonging.by_trigger
        expected = self.belonging.place(citizen, trigger_id, place, now, drill=drill, seen=seen)
        receipt = self.house.trigger(body, identity=phone(citizen))
        self.belonging.answered.setdefault((citizen, trigger_id, drill), receipt.report_id)
        if expected is not None:
            assert receipt.report_id == expected
            if not known:
                self._joined(expected)
            return multiple()
        assert not receipt.joined
        assert receipt.report_id not in self.model
        practised = self.belonging.practises(citizen, now, drill=drill)
        self.model[receipt.report_id] = Modelled(citizen, practised, receipt.cancel_until)
        self.belonging.opened(receipt.report_id, citizen, trigger_id, now)
        return multiple(receipt.report_id)

    def _joined(self, report_id: UUID) -> None:
        """A trigger was raised in Gangdong, and the report goes where it was."""
