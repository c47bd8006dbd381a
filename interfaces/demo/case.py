"""A case as its file tells it; the format is documented in docs/cases.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, ValidationError, model_validator

from application.errors import ApplicationError
from application.outbox import Channel
from domain.base import Value
from domain.geography import DistrictCode
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from domain.policy_book import FIXED
from interfaces.demo.steps import Pin, Step, Trigger, known_topic

SHIPPED = Path(__file__).parent / "cases"


class CaseUnreadable(ApplicationError):
    """A case file is no case; the message names the file, the place in it, and what is wrong."""

    code: ClassVar[str] = "case_unreadable"


class Citizen(Value):
    name: str = Field(default="홍길동", min_length=1, max_length=100)
    phone: str = Field(default="+821012345678", pattern=r"^\+[1-9]\d{6,14}$")
    language: Language = Language.KO
    platform: Platform = Platform.ANDROID
    pin: Pin | None = None
    duress_pin: Pin | None = None
    """Looks like ``pin`` to whoever holds the phone, and alarms."""

    @model_validator(mode="after")
    def _both(self) -> Citizen:
        if self.pin is None and self.duress_pin is not None:
            raise ValueError("a duress_pin needs a pin beside it")
        return self


class Told(Value):
    """A fact that must be in the log with these open fields."""

    fact: str
    has: dict[str, Any] = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Told:
        known_topic(self.fact)
        return self

    @property
    def topic(self) -> str:
        return known_topic(self.fact)


class Expected(Value):
    """What must be read back of one report; what is left out is not asked."""

    district: DistrictCode | None = None
    outcome: str | None = None
    facts: tuple[str, ...] = ()
    """In this order; others may stand between."""
    also: tuple[str, ...] = ()
    """Anywhere."""
    never: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    partners: dict[Channel, int] = Field(default_factory=dict)
    """How many requests each partner's own journal has."""

    @model_validator(mode="after")
    def _known(self) -> Expected:
        for topic in (*self.facts, *self.also, *self.never):
            known_topic(topic)
        return self

    @property
    def ordered(self) -> list[str]:
        return [known_topic(topic) for topic in self.facts]

    @property
    def anywhere(self) -> list[str]:
        return [known_topic(topic) for topic in self.also]

    @property
    def forbidden(self) -> list[str]:
        return [known_topic(topic) for topic in self.never]


class ExpectedInAll(Expected):
    """Of the last report, and of those that the case raised ``before``, oldest first."""

    before: tuple[Expected, ...] | None = None


class Case(Value):
    case: str = Field(min_length=1, max_length=100)
    title: str = ""
    source: str = ""
    policy: dict[str, float | None] = Field(default_factory=dict)
    """Numbers of the city that are changed before it is played, and back afterwards."""
    citizen: Citizen | None = Citizen()
    """None raises the report from a phone that nobody knows."""
    trigger: Trigger = Trigger()
    steps: tuple[Step, ...] = ()
    expect: ExpectedInAll = ExpectedInAll()

    @model_validator(mode="after")
    def _changeable(self) -> Case:
        if unfit := self.policy.keys() - (Policy.model_fields.keys() - FIXED):
            raise ValueError(f"policy: no number that can be changed is called {min(unfit)}")
        return self


def read_case(path: Path) -> Case:
    """Read one case file.

    Raises:
        CaseUnreadable: it is no case; the message says where and why.
    """
    try:
        return Case.model_validate_json(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CaseUnreadable(f"{path}: not UTF-8: save it as UTF-8") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise CaseUnreadable(
            f"{path}: {place}: {first['msg']}{more}: docs/cases.md shows the format"
        ) from error


def shipped_cases() -> list[Case]:
    return [read_case(path) for path in sorted(SHIPPED.glob("*.json"), key=_number)]


def _number(path: Path) -> int:
    return int(path.name.partition("-")[0])
