"""How a simulated partner behaves, and how a test or a demo tells it to behave otherwise."""

from __future__ import annotations

import secrets
from enum import StrEnum
from uuid import UUID

from pydantic import Field

from application.outbox import Channel
from domain.base import Value


class Mood(StrEnum):
    """What happens to one request."""

    ANSWER = "answer"
    FAIL = "fail"
    REFUSE = "refuse"
    HANG = "hang"
    """It is taken in, and the answer never arrives: the worst case for the sender."""


class Answer(StrEnum):
    """What comes of a request that was taken in, as it is reported afterwards."""

    COME = "come"
    DECLINE = "decline"
    DUPLICATE = "duplicate"
    ON_SCENE = "on_scene"


class Control(Value):
    """A change of behaviour; what is not set stays. Without ``channel`` it is for all."""

    channel: Channel | None = None
    answer: Answer | None = None
    """To all that is asked from now on, or only about ``report_id``; to a stand-down too."""
    report_id: UUID | None = None
    delay_s: float | None = Field(default=None, ge=0)
    fail_next: int | None = Field(default=None, ge=0)
    refuse_next: int | None = Field(default=None, ge=0)
    hang_next: int | None = Field(default=None, ge=0)
    arrive_after_s: float | None = Field(default=None, ge=0)
    """To the arrival of a car, the connection of a call, the delivery of a text message."""
    end_after_s: float | None = Field(default=None, ge=0)
    """From a call's connection to its end."""
    unanswered: bool | None = None
    """Whether calls ring out instead of being connected, and text messages are given up."""
    call_back: bool | None = None
    """Whether anything is reported after the acknowledgement."""


class Behaviour:
    """One partner's present behaviour."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.delay_s = 0.0
        self.fail_next = 0
        self.refuse_next = 0
        self.hang_next = 0
        self.arrive_after_s = 1.0 if channel in QUICK else 4.0
        self.end_after_s = 4.0
        self.unanswered = False
        self.call_back = True
        self.answer = Answer.COME
        self._answers: dict[UUID, Answer] = {}

    def change(self, control: Control) -> None:
        if control.answer is not None and control.report_id is not None:
            self._answers[control.report_id] = control.answer
        elif control.answer is not None:
            self.answer = control.answer
        for name in control.model_fields_set - {"channel", "answer", "report_id"}:
            value = getattr(control, name)
            if value is not None:
                setattr(self, name, value)

    def answer_about(self, report_id: UUID) -> Answer:
        return self._answers.get(report_id, self.answer)

    def next_mood(self) -> Mood:
        """The mood for the request at hand; counted moods are used up."""
        for mood, name in COUNTED.items():
            left = getattr(self, name)
            if left > 0:
                setattr(self, name, left - 1)
                return mood
        return Mood.ANSWER


COUNTED = {Mood.FAIL: "fail_next", Mood.REFUSE: "refuse_next", Mood.HANG: "hang_next"}


def new_reference(channel: Channel) -> str:
    """A reference as the partner's own desk would give it."""
    return f"{PREFIXES[channel]}-{secrets.token_hex(4)}"


PREFIXES = {
    Channel.POLICE: "112",
    Channel.POLICE_STAND_DOWN: "112-off",
    Channel.AMBULANCE: "119",
    Channel.AMBULANCE_STAND_DOWN: "119-off",
    Channel.CALL: "call",
    Channel.TEXT: "text",
    Channel.PAGE: "page",
}
QUICK = frozenset({Channel.CALL, Channel.TEXT})
