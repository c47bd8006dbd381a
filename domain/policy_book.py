"""The city's numbers as they were changed, by whom, when and why; facts keep those they used.

A change comes into force a moment after it was made, the same moment in every process: so which
numbers ruled at any instant can be told from the log alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Final, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, ValidationError

from domain.base import (
    ERASED,
    Aggregate,
    DomainError,
    Erased,
    Fact,
    FirstFact,
    Personal,
    Value,
    applies,
)
from domain.policy import Policy

IN_FORCE_AFTER: Final = timedelta(seconds=2)
"""Every process looks at the book more often than that."""
LONGEST: Final = 86_400.0
STARTING: Final = ("clip", "pin_", "guardian_", "legal_guardian_")
FIXED: Final = frozenset(
    {
        "shift_ends",
        "consents_needed",
        "devices_max",
        "identity_tries_max",
        "location_version",
        "personal_data_version",
        "registration_s",
        "terms_version",
        "guardians_max",
        "scouts_from",
        "scouts_until",
        "fix_gap_s",
        "live_positions_s",
        "signal_lost_after_s",
        "signature_valid_s",
        *(name for name in Policy.model_fields if name.startswith(STARTING)),
    }
)
"""What adapters and other rooms take in when they begin: not changed while they run."""
ORDERED: Final = (
    "escalate_supervisor_s",
    "escalate_neighbour_s",
    "escalate_city_s",
    "escalate_police_s",
)


class Change(Value):
    """One number; both values as JSON, as the policy would be read from it."""

    name: str
    was: str
    value: str


class Began(FirstFact):
    """The city's numbers are changed for the first time; before, the release's own stood."""

    TOPIC: ClassVar[str] = "policy.began"


class Changed(Fact):
    TOPIC: ClassVar[str] = "policy.changed"

    changes: tuple[Change, ...]
    changed_by: UUID | None
    """None when it was done from the machine's own shell."""
    in_force_from: AwareDatetime
    reason: Annotated[str | Erased, Personal("originator_id")] = ERASED


class PolicyUnknown(DomainError):
    """There is no number of that name."""

    code: ClassVar[str] = "policy.unknown"


class PolicyFixed(DomainError):
    """This number is not changed while the service runs."""

    code: ClassVar[str] = "policy.fixed"


class PolicyUnfit(DomainError):
    """The number cannot have this value, or not beside the others."""

    code: ClassVar[str] = "policy.unfit"


class PolicyReasonNeeded(DomainError):
    """Numbers are changed with a reason only."""

    code: ClassVar[str] = "policy.reason_needed"


class PolicyBook(Aggregate):
    """One city's; there is one."""

    TOPIC = "policy"
    LEFT_SEALED = frozenset({Changed})
    ID: ClassVar[UUID] = uuid5(NAMESPACE_URL, "/policies/city")

    changed: tuple[Changed, ...]

    @classmethod
    def open(cls, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.ID, at=at)

    def at(self, moment: datetime, base: Policy) -> Policy:
        """The numbers in force at a moment; ``base`` are those of the release."""
        return _with(base, self.changed[: self.in_force(moment)])

    def in_force(self, moment: datetime) -> int:
        """How many of the changes are; the first ones, since each waits for as long."""
        return sum(one.in_force_from <= moment for one in self.changed)

    def latest(self, base: Policy) -> Policy:
        """As they will be, once everything is in force."""
        return _with(base, self.changed)

    def change(
        self,
        wanted: Mapping[str, Any],
        *,
        base: Policy,
        reason: str,
        changed_by: UUID | None,
        at: datetime,
    ) -> None:
        """Change numbers; those that have the value already are no change.

        Raises:
            PolicyUnknown, PolicyFixed: a name that is none, or of no number that can be changed.
            PolicyUnfit: a value that the number cannot have, or not beside the others.
            PolicyReasonNeeded: no reason was given.
        """
        for name in wanted:
            if name not in Policy.model_fields:
                raise PolicyUnknown(name)
            if name in FIXED:
                raise PolicyFixed(name)
        if not reason.strip():
            raise PolicyReasonNeeded(", ".join(wanted))
        now = self.latest(base).model_dump(mode="json")
        _must_be_numbers(wanted)
        told = _read(now | dict(wanted)).model_dump(mode="json")
        changes = tuple(
            Change(name=name, was=json.dumps(now[name]), value=json.dumps(told[name]))
            for name in sorted(wanted)
            if told[name] != now[name]
        )
        if changes:
            self.record(
                Changed,
                at=at,
                changes=changes,
                changed_by=changed_by,
                in_force_from=at + IN_FORCE_AFTER,
                reason=reason.strip(),
            )

    @applies(Began)
    def _began(self, _fact: Began) -> None:
        self.changed = ()

    @applies(Changed)
    def _changed(self, fact: Changed) -> None:
        self.changed = (*self.changed, fact)


def _with(base: Policy, changed: Any) -> Policy:
    values = {change.name: json.loads(change.value) for fact in changed for change in fact.changes}
    return Policy.model_validate({**base.model_dump(), **values}) if values else base


def _must_be_numbers(wanted: Mapping[str, Any]) -> None:
    for name, value in wanted.items():
        if value is not None and not (_is_number(value) and _fits(value)):
            raise PolicyUnfit(f"{name}={value}: a number from 0 to {LONGEST:,.0f}")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(values: Mapping[str, Any]) -> Policy:
    """The numbers, each of its kind, and those in order that must be.

    Raises:
        PolicyUnfit: which, and why.
    """
    try:
        policy = Policy.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise PolicyUnfit(f"{first['loc'][0]}: {first['msg']}") from error
    steps = [value for name in ORDERED if (value := getattr(policy, name)) is not None]
    if steps != sorted(steps):
        raise PolicyUnfit(f"{', '.join(ORDERED)}: one after the other")
    if policy.note_chars_min > policy.note_chars_max:
        raise PolicyUnfit("note_chars_min, note_chars_max: one after the other")
    if policy.input_stale_s <= policy.input_beat_s or policy.console_stale_s <= policy.input_beat_s:
        raise PolicyUnfit("input_stale_s, console_stale_s: longer than input_beat_s")
    return policy


def _fits(value: float) -> bool:
    return math.isfinite(value) and 0 <= value <= LONGEST
