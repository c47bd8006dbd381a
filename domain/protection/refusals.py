"""What a protection refuses, each under a name for ever."""

from __future__ import annotations

from typing import ClassVar

from domain.base import DomainError


class ProtectionExpired(DomainError):
    """Its period is over, or it was ended: nothing is watched any more."""

    code: ClassVar[str] = "protection.expired"


class ProtectionActive(DomainError):
    """She is protected already: that one is extended."""

    code: ClassVar[str] = "protection.already_active"


class PeriodUnfit(DomainError):
    """It ends before it begins, or lasts longer than the law lets such a measure last."""

    code: ClassVar[str] = "protection.period_unfit"


class DecisionVerified(DomainError):
    """The decision is known to stand: only time, the police or she herself end it."""

    code: ClassVar[str] = "protection.already_verified"


class DecisionMalformed(DomainError):
    """A decision has a number."""

    code: ClassVar[str] = "protection.decision_malformed"


class ExtensionsSpent(DomainError):
    """The law allows no further extension."""

    code: ClassVar[str] = "protection.extensions_spent"


class PlacesTooMany(DomainError):
    code: ClassVar[str] = "protection.places_too_many"


class PlaceUnknown(DomainError):
    code: ClassVar[str] = "protection.place_unknown"


class TimesUnfit(DomainError):
    """A time to watch names no day, ends before it begins, or asks for looks too often."""

    code: ClassVar[str] = "protection.times_unfit"


class LookUnknown(DomainError):
    """No such look is due."""

    code: ClassVar[str] = "protection.look_unknown"


class ReasonNeeded(DomainError):
    """Who is not assigned says why they must read it."""

    code: ClassVar[str] = "protection.reason_needed"
