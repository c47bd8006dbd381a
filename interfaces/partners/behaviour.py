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
    GONE = "gone"
    """Nobody is at that address any more (push only)."""
    THROTTLE = "throttle"
    """No more for the moment; nothing is taken in."""
    CUT = "cut"
    """It is taken in, and the line breaks before the answer (SMPP only)."""


class Answer(StrEnum):
    """What comes of a request that was taken in, as it is reported afterwards."""

    COME = "come"
    DECLINE = "decline"
    DUPLICATE = "duplicate"
    ON_SCENE = "on_scene"


class Control(Value):
    """A change of behaviour; what is not set stays. Without ``channel`` it is for all."""

    channel: Channel | None = None
    smpp: bool = False
    push: bool = False
    """For the message centre's SMPP line, or the push service, only: they go their own ways."""
    answer: Answer | None = None
    """To all that is asked from now on, or only about ``report_id``; to a stand-down too."""
    report_id: UUID | None = None
    delay_s: float | None = Field(default=None, ge=0)
    fail_next: int | None = Field(default=None, ge=0)
    refuse_next: int | None = Field(default=None, ge=0)
    hang_next: int | None = Field(default=None, ge=0)
    gone_next: int | None = Field(default=None, ge=0)
    throttle_next: int | None = Field(default=None, ge=0)
    cut_next: int | None = Field(default=None, ge=0)
    lose_receipts: int | None = Field(default=None, ge=0)
    """So many messages are delivered, or not, and nobody is told."""
    receipts_twice: bool | None = None
    receipt_first: bool | None = None
    """Whether a receipt comes before the answer to the message."""
    frozen: bool | None = None
    """Whether the SMPP line takes everything and answers nothing, not even whether it is there."""
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
        self.gone_next = 0
        self.throttle_next = 0
        self.cut_next = 0
        self.lose_receipts = 0
        self.receipts_twice = False
        self.receipt_first = False
        self.frozen = False
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
        for name in control.model_fields_set - {"channel", "smpp", "push", "answer", "report_id"}:
            value = getattr(control, name)
            if value is not None:
                setattr(self, name, value)

    def loses_receipt(self) -> bool:
        """Whether the receipt at hand is lost; counted ones are used up."""
        self.lose_receipts, lost = max(0, self.lose_receipts - 1), self.lose_receipts > 0
        return lost

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


COUNTED = {
    Mood.FAIL: "fail_next",
    Mood.REFUSE: "refuse_next",
    Mood.GONE: "gone_next",
    Mood.THROTTLE: "throttle_next",
    Mood.CUT: "cut_next",
    Mood.HANG: "hang_next",
}


def new_reference(channel: Channel) -> str:
    """A reference as the partner's own desk would give it."""
    return f"{PREFIXES[channel]}-{secrets.token_hex(4)}"


PREFIXES = {
    Channel.POLICE: "112",
    Channel.POLICE_STAND_DOWN: "112-off",
    Channel.AMBULANCE: "119",
    Channel.AMBULANCE_STAND_DOWN: "119-off",
    Channel.CALL: "call",
    Channel.PAGE: "page",
    Channel.MESSAGE: "sms",
    Channel.POLICE_NOTICE: "112-notice",
    Channel.WEARER_WATCH: "moj",
    Channel.WEARER_WATCH_END: "moj-off",
}
QUICK = frozenset({Channel.CALL, Channel.MESSAGE})
