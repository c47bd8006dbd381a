"""What may well be done next with a report, and by whom: most of it is not refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from hypothesis import strategies as st

from domain.emergency.help_answers import HelpKind
from domain.emergency.vocabulary import Stage
from domain.roles import Role
from tests.application.house import (
    CHO_OF_SONGPA,
    COORDINATOR,
    KIM,
    LEE,
    PARK_OF_SONGPA,
    id_of,
)
from tests.memory import GANGDONG, SONGPA

STAFF: Final = (KIM, KIM, LEE, LEE, CHO_OF_SONGPA, CHO_OF_SONGPA, PARK_OF_SONGPA, COORDINATOR)
"""Of Gangdong and of Songpa; then a supervisor of Songpa, and the city's coordinator."""
RIGHT, DURESS = "1234", "987654"
"""Sujin's."""
POLICE, AMBULANCE = HelpKind.POLICE, HelpKind.AMBULANCE

Turn = Callable[[Any, UUID, Any], object]

HERS: Final[dict[str, Turn]] = {
    "takes back": lambda it, report_id, _who: it.cancel(report_id, RIGHT, 1),
    "is forced to": lambda it, report_id, _who: it.cancel(report_id, DURESS, 1),
    "raises again": lambda it, report_id, _who: it.raises_anew(report_id),
    "is due": lambda it, report_id, _who: it.what_is_due(report_id),
}
TAKING: Final[dict[str, Turn]] = {
    "claims": lambda it, report_id, who: it.claim(report_id, who),
    "takes over": lambda it, report_id, who: it.take_over(report_id, who, "Her shift ended."),
    "takes it unasked": lambda it, report_id, who: it.take_over(report_id, who, None),
}
ACTING: Final[dict[str, Turn]] = {
    "notes": lambda it, report_id, who: it.note(report_id, who),
    "looks": lambda it, report_id, who: it.look(report_id, who),
    "calls the police": lambda it, report_id, who: it.request_police(report_id, who),
    "calls an ambulance": lambda it, report_id, who: it.request_ambulance(report_id, who),
    "silences": lambda it, report_id, who: it.silence(report_id, who),
    "promotes": lambda it, report_id, who: it.promote(report_id, who),
    "offers": lambda it, report_id, who: it.offer(report_id, who, other_centre(it, report_id)),
}
HOLDING: Final[dict[str, Turn]] = {
    "releases": lambda it, report_id, who: it.release(report_id, who),
    "resolves": lambda it, report_id, who: it.resolve(report_id, who),
}
OFFERED: Final[dict[str, Turn]] = {
    "accepts": lambda it, report_id, who: it.the_other_centre_accepts(report_id, who),
    "refuses": lambda it, report_id, who: it.the_other_centre_refuses(report_id, who),
}
ASKED: Final[dict[str, Turn]] = {
    "goes out": lambda it, _report_id, _who: it.help_is_asked_for_and_answers(1, backwards=False),
    "police decline": lambda it, report_id, _who: it.the_police_answer(
        report_id, "declined", last=True
    ),
    "police know it": lambda it, report_id, _who: it.the_police_answer(
        report_id, "duplicate", last=True
    ),
    "police are there": lambda it, report_id, _who: it.the_police_answer(
        report_id, "on scene", last=True
    ),
    "no ambulance": lambda it, report_id, _who: it.the_ambulance_answers(
        report_id, "declined", last=True
    ),
    "police not needed": lambda it, report_id, who: it.stand_down(report_id, who, POLICE),
    "ambulance not needed": lambda it, report_id, who: it.stand_down(report_id, who, AMBULANCE),
    "shares": lambda it, report_id, who: it.share(report_id, who),
}
ENDED: Final[dict[str, Turn]] = {
    "reopens": lambda it, report_id, who: it.reopen(report_id, who),
}
TURNS: Final = HERS | TAKING | ACTING | HOLDING | OFFERED | ASKED | ENDED
OFTEN: Final = 6
"""An offer is open for 15 s only."""
ANY_TURN: Final = st.sampled_from(sorted(TURNS))


def likely(machine: Any, report_id: UUID) -> list[str]:
    """The turns that the report's state has room for."""
    one = machine.model[report_id]
    asked = ASKED if any(machine.asked(kind, report_id) for kind in HelpKind) else {}
    match one.stage:
        case Stage.WINDOW:
            return [*HERS, "is due", "promotes"]
        case Stage.CANCELLED | Stage.RESOLVED:
            return [*ENDED, *HERS, *asked]
        case Stage.OPEN:
            held: dict[str, Turn] = {}
        case _:
            held = HOLDING
    offered = list(OFFERED) if machine.offer_of(report_id) else []
    return ["raises again", "is due", *TAKING, *ACTING, *held, *(OFTEN * offered), *asked]


def able(machine: Any, turn: str, report_id: UUID) -> list[Any]:
    """Whose turn it may be."""
    if turn in OFFERED and (offer := machine.offer_of(report_id)):
        return [who for who in STAFF if who.principal.district == offer.to_district]
    may = [who for who in STAFF if machine.may_act(who, report_id)]
    holders = [who for who in may if id_of(who) == machine.model[report_id].holder]
    return 3 * holders + may if turn in HOLDING or turn in ACTING else may


def other_centre(machine: Any, report_id: UUID) -> str:
    return GANGDONG if machine.centres.responsible(report_id) == SONGPA else SONGPA


def coordinates(operator: Any) -> bool:
    """Whether all reports of the city are theirs to act on."""
    return bool(operator.principal.role is Role.COORDINATOR)
