"""Which numbers are asked to be others: read, checked, and named when they are not known."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar, Final

from application.errors import ApplicationError
from domain.geography import DistrictCode
from domain.policy import EscalationLevel, Policy

ROUTING: Final = "district_routing"
ROUTE: Final = re.compile(r"^(\d{5}):(\d{5})$")
LONGEST_S: Final = 86_400.0

KNOWN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cancel_window_s": "seconds in which a report can be taken back",
        "answer_within_s": "seconds within which a report should be claimed",
        "escalate_supervisor_s": "seconds unclaimed until the supervisor is rung",
        "escalate_neighbour_s": "seconds unclaimed until neighbouring centres are rung",
        "escalate_city_s": "seconds unclaimed until the city is rung",
        "escalate_police_s": "seconds unclaimed until the police are asked",
        "act_within_s": "seconds after a claim until an idle report rings again",
        ROUTING: "districts, FROM:TO[,FROM:TO …], each a five-digit code",
    }
)
"""Only what can be decided again from facts; with type and unit."""

LEVELS: Final[Mapping[EscalationLevel, str]] = MappingProxyType(
    {
        EscalationLevel.SUPERVISOR: "escalate_supervisor_s",
        EscalationLevel.NEIGHBOUR: "escalate_neighbour_s",
        EscalationLevel.CITY: "escalate_city_s",
        EscalationLevel.POLICE: "escalate_police_s",
    }
)


class UnknownPolicy(ApplicationError):
    """No number of that name can be decided again."""

    code: ClassVar[str] = "whatif.policy_unknown"


class PolicyUnfit(ApplicationError):
    """The value is none that the number could have."""

    code: ClassVar[str] = "whatif.policy_unfit"


class EmptyPeriod(ApplicationError):
    """No report began in the period."""

    code: ClassVar[str] = "whatif.period_empty"


@dataclass(frozen=True, slots=True)
class Changes:
    """Numbers that are asked to be others; what is not here stays as each fact has it."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    routes: Mapping[DistrictCode, DistrictCode] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.numbers or self.routes)

    def number(self, name: str) -> float | None:
        return self.numbers.get(name)

    def level(self, level: EscalationLevel) -> float | None:
        """The other number of seconds after which a report rises to ``level``."""
        return self.numbers.get(LEVELS[level])

    def told(self, policy: Policy) -> dict[str, dict[str, object]]:
        """Each changed number with what it is today."""
        told: dict[str, dict[str, object]] = {
            name: {"is": getattr(policy, name), "would_be": value}
            for name, value in self.numbers.items()
        }
        if self.routes:
            told[ROUTING] = {"is": {}, "would_be": dict(self.routes)}
        return told


def read_changes(
    asked: Iterable[str], districts: Collection[DistrictCode] | None = None
) -> Changes:
    """Read ``name=value`` pairs.

    Args:
        asked: as a person wrote them.
        districts: the codes that exist; None leaves them unchecked.

    Raises:
        UnknownPolicy: a name that is none; the message lists those that are.
        PolicyUnfit: a value that is none, a name given twice, or nothing asked.
    """
    numbers: dict[str, float] = {}
    routes: dict[DistrictCode, DistrictCode] = {}
    for text in asked:
        name, equals, value = (part.strip() for part in text.partition("="))
        if name not in KNOWN:
            raise UnknownPolicy(f"{name!r} is none; there are {_known()}")
        if not equals or not value:
            raise PolicyUnfit(f"{name} needs a value: {name}=…, {KNOWN[name]}")
        if name in numbers or (name == ROUTING and routes):
            raise PolicyUnfit(f"{name} is given twice")
        if name == ROUTING:
            routes = _routes(value, districts)
        else:
            numbers[name] = _seconds(name, value)
    changes = Changes(numbers, routes)
    if not changes:
        raise PolicyUnfit(f"say what would be other, such as cancel_window_s=7; {_known()}")
    return changes


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= LONGEST_S:
        raise PolicyUnfit(f"{name}={value}: a number of seconds from 0 to {LONGEST_S:,.0f}")
    return seconds


def _routes(
    value: str, districts: Collection[DistrictCode] | None
) -> dict[DistrictCode, DistrictCode]:
    routes: dict[DistrictCode, DistrictCode] = {}
    for part in value.split(","):
        found = ROUTE.match(part.strip())
        if found is None:
            raise PolicyUnfit(f"{ROUTING}={part}: {KNOWN[ROUTING]}")
        origin, goal = found.groups()
        unknown = [one for one in (origin, goal) if districts is not None and one not in districts]
        if unknown:
            raise PolicyUnfit(f"{ROUTING}: there is no district {', '.join(unknown)}")
        if origin == goal or origin in routes:
            raise PolicyUnfit(f"{ROUTING}: {origin} goes to itself, or twice")
        routes[origin] = goal
    return routes


def _known() -> str:
    return "; ".join(f"{name} ({meaning})" for name, meaning in KNOWN.items())
