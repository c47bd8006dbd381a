"""Two citizens raise reports and drills, in two districts or too far away to be one."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, multiple, rule

from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.vocabulary import Alert
from domain.geography import Position
from tests.application.house import JIYOUNG, SUJIN, phone, sent
from tests.memory import GANGDONG_HILL as FAR
from tests.memory import GANGDONG_OFFICE as HERE
from tests.memory import SONGPA_OFFICE as THERE
from tests.stateful.belonging import DRILL_MODE, Modelled
from tests.stateful.overtaking import Overtaking
from tests.stateful.turns import able

CITIZENS = st.sampled_from([JIYOUNG, SUJIN])
MOSTLY_REAL = st.sampled_from([False, False, False, True])
PLACES = st.sampled_from([HERE, HERE, FAR, THERE])
"""Each too far from the others for one report; the last one is in Songpa."""
BETWEEN = "t-4"


Saying = tuple[Position, bool]
"""Where, and whether without a sound."""


class Place(NamedTuple):
    """Where a report's citizen was last known to be, and whose report it is."""

    position: Any
    responsible: str


class Raising(Overtaking):
    """Each trigger is told to the model, which says where it belongs."""

    reports = Overtaking.reports

    def __init__(self) -> None:
        super().__init__()
        self.fired: set[UUID] = set()
        self.sent: set[UUID] = set()
        self.said: dict[UUID, dict[str, list[Saying]]] = {}
        """By report and trigger: its first word, and each other one."""

    @initialize(
        target=reports,
        citizen=CITIZENS,
        place=PLACES,
        drill=MOSTLY_REAL,
        so_far=st.sampled_from([(), (), ("is due",), ("is due", "claims"), ("is due", "claims")]),
    )
    def a_first_trigger(
        self,
        citizen: UUID,
        place: Position,
        drill: bool,  # noqa: FBT001
        so_far: tuple[str, ...],
    ) -> Any:
        """It is new, or has been accepted, or somebody has it."""
        if drill:
            self.practise(citizen)
        raised = self.trigger(citizen, "t-1", place, drill=drill, silent=False)
        [report_id] = self.model
        self.house.clock.advance(5 if so_far else 0)
        for turn in so_far:
            self.turn((turn, able(self, turn, report_id)[0]), report_id)
        return raised

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
        place=PLACES,
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
        """A new one, or a repeat that may say something else: then its first word stands."""
        return self.trigger(citizen, trigger_id, place, drill=drill, silent=silent)

    def trigger(
        self, citizen: UUID, trigger_id: str, place: Position, *, drill: bool, silent: bool
    ) -> Any:
        where = place.model_dump() | {"accuracy_m": 8.5, "source": "gnss"}
        alert = "silent" if silent else "siren"
        body = sent(trigger_id, drill=drill, alert=alert, position=where)
        now = self.house.clock.now()
        seen, receipt = self.judged(
            self._places,
            lambda: self.house.trigger(body, identity=phone(citizen)),
        )
        said = self.said.setdefault(receipt.report_id, {}).setdefault(trigger_id, [])
        if (place, silent) not in said:
            said.append((place, silent))
        expected = self.belonging.place(citizen, trigger_id, place, now, drill=drill, seen=seen)
        if receipt.position is not None:  # only with a fact is an answer kept
            self.belonging.answered.setdefault((citizen, trigger_id, drill), receipt.report_id)
        if expected is not None:
            assert receipt.report_id == expected
            if self.centres.responsible(expected) != seen[expected].responsible:
                self._raised_elsewhere(expected)
            return multiple()
        assert not receipt.joined
        assert receipt.report_id not in self.model
        practised = self.belonging.practises(citizen, now, drill=drill)
        self.model[receipt.report_id] = Modelled(citizen, practised, receipt.cancel_until)
        self.belonging.opened(receipt.report_id, citizen, trigger_id, now)
        return multiple(receipt.report_id)

    def _places(self) -> dict[UUID, Place]:
        return {
            one: Place(self.report(one).position, self.centres.responsible(one))
            for one in self.model
        }

    def _raised_elsewhere(self, report_id: UUID) -> None:
        """A further trigger was raised in another district than the one that was responsible."""

    def raises_too(self, citizen: UUID) -> None:
        """While another of her triggers is on its way."""
        before = set(self.model)
        self.trigger(citizen, BETWEEN, HERE, drill=False, silent=False)
        self.between += set(self.model) - before

    def raises_anew(self, report_id: UUID) -> None:
        self.raises_too(self.model[report_id].citizen)

    @invariant()
    def the_first_word_stands_and_each_other_is_kept_beside_it(self) -> None:
        for report_id in self.changed("words of hers"):
            told: dict[str, list[Saying]] = {}
            for fact in self.house.log.facts(report_id):
                if isinstance(fact, facts.Triggered | facts.Joined | Amended):
                    assert isinstance(fact, Amended) == bool(told.get(fact.trigger_id))
                    saying = (fact.position, fact.alert is Alert.SILENT)
                    told.setdefault(fact.trigger_id, []).append(saying)
            assert told == self.said[report_id]
