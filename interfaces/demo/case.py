"""A case as its file tells it; the format is documented in docs/cases.md."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from application.errors import ApplicationError
from application.outbox import Channel
from domain.base import Value
from domain.catalogue import FACTS
from domain.emergency.vocabulary import Outcome, VerifiedBy
from domain.geography import DistrictCode
from domain.language import Language
from domain.platform import Platform

SHIPPED = Path(__file__).parent / "cases"
WITHIN_S = 20.0


class CaseUnreadable(ApplicationError):
    """A case file is no case; the message names the file, the place in it, and what is wrong."""

    code: ClassVar[str] = "case_unreadable"


def _known_topic(topic: str) -> str:
    full = topic if "." in topic else f"emergency.{topic}"
    if full not in FACTS:
        raise ValueError(f"no fact is called {topic!r}; docs/facts.md lists them")
    return full


class Citizen(Value):
    name: str = Field(default="홍길동", min_length=1, max_length=100)
    phone: str = Field(default="+821012345678", pattern=r"^\+[1-9]\d{6,14}$")
    language: Language = Language.KO
    platform: Platform = Platform.ANDROID


class Where(Value):
    """A position, or only a district: then a point well inside it."""

    district: DistrictCode | None = None
    latitude_deg: float | None = Field(default=None, ge=-90, le=90)
    longitude_deg: float | None = Field(default=None, ge=-180, le=180)
    accuracy_m: float = Field(default=12.0, ge=0)
    source: str = "gnss"

    @model_validator(mode="after")
    def _one_of_both(self) -> Where:
        placed = self.latitude_deg is not None and self.longitude_deg is not None
        if placed == (self.district is not None):
            raise ValueError("give latitude_deg and longitude_deg, or district")
        return self


class Trigger(Value):
    """What the phone sends; ``place`` None sends no position, ``extra`` goes along as it is."""

    place: Where | None = None
    how: str = "button"
    presses: int | None = None
    alert: str = "vibration"
    drill: bool = False
    app_version: str | None = "4.1.0"
    extra: dict[str, Any] = Field(default_factory=dict)


Within = Annotated[float, Field(gt=0, le=300)]
Actor = Literal["operator", "colleague", "supervisor", "coordinator"]


class Wait(Value):
    do: Literal["wait"]
    fact: Annotated[str, StringConstraints(min_length=1)]
    within_s: Within = WITHIN_S

    @model_validator(mode="after")
    def _known(self) -> Wait:
        _known_topic(self.fact)
        return self

    @property
    def topic(self) -> str:
        return _known_topic(self.fact)


class Pause(Value):
    do: Literal["pause"]
    seconds: float = Field(gt=0, le=120)


class Cancel(Value):
    """``after_s`` counts from the first trigger."""

    do: Literal["cancel"]
    after_s: float = Field(default=0.0, ge=0, le=120)


class Again(Value):
    """A second trigger of the same citizen."""

    do: Literal["trigger"]
    trigger: Trigger | None = None


class Film(Value):
    """The phone sends what its rear camera saw, in so many pieces."""

    do: Literal["film"]
    seconds: float = Field(default=5.0, gt=0, le=10)
    container: Literal["mp4", "webm"] = "mp4"
    pieces: int = Field(default=1, ge=1, le=20)


class Behave(Value):
    """How a simulated partner behaves from here on."""

    do: Literal["partner"]
    channel: Channel
    delay_s: float | None = Field(default=None, ge=0, le=60)
    fail_next: int | None = Field(default=None, ge=0, le=100)
    refuse_next: int | None = Field(default=None, ge=0, le=100)
    hang_next: int | None = Field(default=None, ge=0, le=100)
    arrive_after_s: float | None = Field(default=None, ge=0, le=120)
    end_after_s: float | None = Field(default=None, ge=0, le=120)
    unanswered: bool | None = None
    call_back: bool | None = None


class Act(Value):
    """A step of somebody in the control room.

    ``refused`` is the code under which the step is expected to be refused.
    """

    by: Actor = "operator"
    refused: str | None = None


class Claim(Act):
    do: Literal["claim"]


class TakeOver(Act):
    do: Literal["take_over"]
    reason: str | None = None


class Release(Act):
    do: Literal["release"]
    reason: str


class Camera(Act):
    do: Literal["camera"]
    camera_id: str


class Police(Act):
    do: Literal["police"]


class Ambulance(Act):
    do: Literal["ambulance"]


class Note(Act):
    do: Literal["note"]
    note: str


class Resolve(Act):
    do: Literal["resolve"]
    outcome: Outcome
    verified_by: VerifiedBy | None = None
    note: str


class Reopen(Act):
    do: Literal["reopen"]
    reason: str


Step = Annotated[
    Wait
    | Pause
    | Cancel
    | Again
    | Film
    | Behave
    | Claim
    | TakeOver
    | Release
    | Camera
    | Police
    | Ambulance
    | Note
    | Resolve
    | Reopen,
    Field(discriminator="do"),
]


class Expected(Value):
    """What must be read back; what is left out is not asked."""

    district: DistrictCode | None = None
    outcome: str | None = None
    facts: tuple[str, ...] = ()
    """In this order; others may stand between."""
    also: tuple[str, ...] = ()
    """Anywhere."""
    never: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Expected:
        for topic in (*self.facts, *self.also, *self.never):
            _known_topic(topic)
        return self

    @property
    def ordered(self) -> list[str]:
        return [_known_topic(topic) for topic in self.facts]

    @property
    def anywhere(self) -> list[str]:
        return [_known_topic(topic) for topic in self.also]

    @property
    def forbidden(self) -> list[str]:
        return [_known_topic(topic) for topic in self.never]


class Case(Value):
    case: str = Field(min_length=1, max_length=100)
    title: str = ""
    source: str = ""
    citizen: Citizen | None = Citizen()
    """None raises the report from a phone that nobody knows."""
    trigger: Trigger = Trigger()
    steps: tuple[Step, ...] = ()
    expect: Expected = Expected()


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
    return [read_case(path) for path in sorted(SHIPPED.glob("*.json"))]
