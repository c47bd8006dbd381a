"""What may happen in a case, step by step; docs/cases.md documents each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from application.outbox import Channel
from domain.base import Value
from domain.catalogue import FACTS
from domain.emergency.conversing import Template
from domain.emergency.vocabulary import CancelRefusal, Outcome, VerifiedBy
from domain.geography import DistrictCode
from domain.language import Language
from interfaces.demo.where import Where

WITHIN_S = 20.0


def known_topic(topic: str) -> str:
    """The whole topic; ``emergency.`` may be left out."""
    full = topic if "." in topic else f"emergency.{topic}"
    if full not in FACTS:
        raise ValueError(f"no fact is called {topic!r}; docs/facts.md lists them")
    return full


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
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Pin = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Actor = Literal["operator", "colleague", "supervisor", "coordinator"]


class Wait(Value):
    """For the fact, or for so many of it."""

    do: Literal["wait"]
    fact: Annotated[str, StringConstraints(min_length=1)]
    times: int = Field(default=1, ge=1, le=100)
    within_s: Within = WITHIN_S

    @model_validator(mode="after")
    def _known(self) -> Wait:
        known_topic(self.fact)
        return self

    @property
    def topic(self) -> str:
        return known_topic(self.fact)


class Pause(Value):
    do: Literal["pause"]
    seconds: float = Field(gt=0, le=120)


class Cancel(Value):
    """By whoever holds the phone; ``after_s`` counts from the last report's first trigger."""

    do: Literal["cancel"]
    after_s: float = Field(default=0.0, ge=0, le=120)
    pin: Pin | None = None
    answer: Literal["cancelled"] | CancelRefusal | None = None
    """What the phone must be told: that it is cancelled, or why it is not."""


class Again(Value):
    """Another trigger of the same citizen."""

    do: Literal["trigger"]
    trigger: Trigger | None = None


class Film(Value):
    """The phone sends what its rear camera saw, in so many pieces."""

    do: Literal["film"]
    seconds: float = Field(default=5.0, gt=0, le=10)
    container: Literal["mp4", "webm"] = "mp4"
    pieces: int = Field(default=1, ge=1, le=20)


class Walk(Value):
    """The phone sends positions on the way to a place; without one, where she stands."""

    do: Literal["walk"]
    to: Where | None = None
    seconds: float = Field(default=5.0, gt=0, le=120)
    every_s: float = Field(default=1.1, ge=0.1, le=60)
    battery_pct: float | None = Field(default=None, ge=0, le=100)


class Write(Value):
    """The citizen writes."""

    do: Literal["write"]
    text: Text


class Read(Value):
    """Her phone takes what was written to her, and she sees it."""

    do: Literal["read"]


class Fine(Value):
    """She says that she is fine."""

    do: Literal["fine"]


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
    answer: Literal["come", "decline", "duplicate", "on_scene"] | None = None
    """To what is asked about this report, and about no other."""


class Staffed(Value):
    """A step of somebody in the control room."""

    by: Actor = "operator"


class See(Staffed):
    """What the read model shows to them of the report."""

    do: Literal["see"]
    has: dict[str, Any] = Field(min_length=1)
    within_s: Within = WITHIN_S


class Act(Staffed):
    """``refused`` is the code under which the step is expected to be refused."""

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


class StandDown(Act):
    """The police need not come."""

    do: Literal["stand_down_police"]
    why: str = "safe"


class Share(Act):
    """The police look along."""

    do: Literal["share_camera"]
    camera_id: str


class Ambulance(Act):
    do: Literal["ambulance"]


class Note(Act):
    do: Literal["note"]
    note: str


class Silence(Act):
    do: Literal["silence"]
    reason: str


class Message(Act):
    """Words of one's own, or a message that stands ready in the citizen's language."""

    do: Literal["message"]
    text: Text | None = None
    template: Template | None = None
    by_text: bool | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Message:
        if (self.text is None) == (self.template is None):
            raise ValueError("give text, or template")
        return self


class Interpreter(Act):
    do: Literal["interpreter"]
    language: Language
    interpreter: str


class OfferTransfer(Act):
    do: Literal["offer"]
    to_district: DistrictCode
    reason: str


class Answer(Act):
    """By somebody of the district that is asked; waits for the offer."""


class AcceptTransfer(Answer):
    do: Literal["accept"]


class RefuseTransfer(Answer):
    do: Literal["refuse"]
    reason: str


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
    | Walk
    | Write
    | Read
    | Fine
    | Behave
    | See
    | Claim
    | TakeOver
    | Release
    | Camera
    | Police
    | StandDown
    | Share
    | Ambulance
    | Note
    | Silence
    | Message
    | Interpreter
    | OfferTransfer
    | AcceptTransfer
    | RefuseTransfer
    | Resolve
    | Reopen,
    Field(discriminator="do"),
]
