"""What is written between the control room and the citizen, in her language.

It takes the place of the call where nothing may sound, and where she cannot hear or speak. Every
message has an id of its maker's, so that a repeat changes nothing; what is written is sealed.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID, uuid5

from domain.base import ERASED, Fact, applies
from domain.emergency import facts, refusals
from domain.emergency.amending import Amended
from domain.emergency.answering import said
from domain.emergency.facts import SealedText
from domain.emergency.taking_back import TakingBack
from domain.emergency.vocabulary import Alert, Stage
from domain.language import Language
from domain.policy import Policy


class Template(StrEnum):
    """A message that stands ready in every language."""

    SILENT_RECEIVED = "silent_received"
    CALL_UNANSWERED = "call_unanswered"
    ARE_YOU_SAFE = "are_you_safe"
    WHERE_ARE_YOU = "where_are_you"
    WHAT_HAPPENED = "what_happened"
    ARE_YOU_HURT = "are_you_hurt"
    STAY_HIDDEN = "stay_hidden"
    POLICE_COMING = "police_coming"
    MAY_WE_CALL = "may_we_call"


class Transport(StrEnum):
    """How a message reached her."""

    APP = "app"
    TEXT = "text"


class MessageSent(Fact):
    """The control room wrote to the citizen; it waits for her in the app."""

    TOPIC: ClassVar[str] = "emergency.message_sent"

    message_id: UUID
    operator_id: UUID | None
    """None when the service writes by itself."""
    citizen_id: UUID | None
    language: Language
    """The language that it is written in."""
    template: Template | None
    by_text: bool
    """Whether it also goes out as a text message, which may sound and shine on her phone."""
    body: SealedText = ERASED


class MessageReceived(Fact):
    """The citizen wrote."""

    TOPIC: ClassVar[str] = "emergency.message_received"

    message_id: UUID
    citizen_id: UUID | None
    body: SealedText = ERASED


class MessageDelivered(Fact):
    """A message of ours is on her phone."""

    TOPIC: ClassVar[str] = "emergency.message_delivered"

    message_id: UUID
    by: Transport


class MessageRead(Fact):
    """A message of ours stood before her eyes, as her phone says."""

    TOPIC: ClassVar[str] = "emergency.message_read"

    message_id: UUID


class InterpreterJoined(Fact):
    """Somebody who speaks her language helps with the conversation."""

    TOPIC: ClassVar[str] = "emergency.interpreter_joined"

    operator_id: UUID
    citizen_id: UUID | None
    language: Language
    interpreter: SealedText = ERASED
    """Who, or which service."""


WRITTEN: Final[frozenset[type[Fact]]] = frozenset({MessageSent, MessageReceived, InterpreterJoined})


class Conversing(TakingBack):
    """Messages both ways. Every method may refuse."""

    sent: frozenset[UUID] = frozenset()
    received: frozenset[UUID] = frozenset()
    texted: frozenset[UUID] = frozenset()
    delivered: frozenset[tuple[UUID, Transport]] = frozenset()
    read: frozenset[UUID] = frozenset()
    silence_asked: bool = False
    """Whether one of her triggers asked for silence, and not only an operator, or duress."""
    answered_quietly: bool = False

    def send_message(  # noqa: PLR0913 (a message says who, what, in which language and how)
        self,
        *,
        message_id: UUID,
        operator_id: UUID | None,
        body: str,
        at: datetime,
        policy: Policy,
        template: Template | None = None,
        language: Language | None = None,
        by_text: bool | None = None,
    ) -> None:
        """Write to her; the same ``message_id`` again changes nothing.

        Args:
            message_id: the sender's own.
            operator_id: who; None for the service.
            body: what.
            at: the moment.
            policy: the city's numbers.
            template: the ready message that ``body`` is.
            language: of ``body``; None: the report's.
            by_text: whether it also leaves as a text message. None: unless the report is silent.
                A drill's never does.

        Raises:
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
            NobodyToWriteTo: no known citizen raised it.
            MessageLength: it is empty or too long.
        """
        if message_id in self.sent:
            return
        self._must_live()
        if self.citizen_id is None:
            raise refusals.NobodyToWriteTo(str(self.id))
        self.record(
            MessageSent,
            at=at,
            message_id=message_id,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            language=language or self.language,
            template=template,
            by_text=not self.drill and (not self.is_silent if by_text is None else by_text),
            body=message_text(body, policy),
        )

    def answer_quietly(self, *, body: str, at: datetime, policy: Policy) -> None:
        """Tell who asked for silence that she was heard: in the app, where nothing sounds.

        Once, and only where silence was her own wish, with whichever of her triggers; never under
        duress, when somebody else reads.
        """
        live = self.stage in {Stage.OPEN, Stage.CLAIMED}
        wanted = live and self.silence_asked and not self.under_duress
        if wanted and self.citizen_id is not None and not self.answered_quietly:
            self._write_by_itself(Template.SILENT_RECEIVED, body, at, policy)

    def write_instead(self, *, body: str, at: datetime, policy: Policy) -> None:
        """Write to whom no call has reached; once for each time that she was called in vain."""
        if self.unreached and self.may_ring:
            self._write_by_itself(Template.CALL_UNANSWERED, body, at, policy)

    def _write_by_itself(self, template: Template, body: str, at: datetime, policy: Policy) -> None:
        self.send_message(
            message_id=uuid5(self.id, f"messages/{template}/{len(self.sent) + 1}"),
            operator_id=None,
            template=template,
            body=body,
            at=at,
            policy=policy,
        )

    def message_delivered(
        self, *, message_id: UUID, by: Transport, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """It has reached her phone; told twice, it is kept once."""
        self._must_have_sent(message_id)
        if (message_id, by) not in self.delivered:
            self.record(
                MessageDelivered, at=at, occurred_at=occurred_at, message_id=message_id, by=by
            )

    def message_read(
        self, *, message_id: UUID, at: datetime, occurred_at: datetime | None = None
    ) -> None:
        """She has seen it, as her phone says."""
        self._must_have_sent(message_id)
        if message_id not in self.read:
            self.record(MessageRead, at=at, occurred_at=occurred_at, message_id=message_id)

    def interpreter_joined(
        self, *, operator_id: UUID, language: Language, interpreter: str, at: datetime
    ) -> None:
        """Somebody helps who speaks ``language``.

        Raises:
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
            NoteLength: it is not said who.
        """
        self._must_live()
        who = said(interpreter)
        if who is None:
            raise refusals.NoteLength(str(self.id))
        self.record(
            InterpreterJoined,
            at=at,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            language=language,
            interpreter=who,
        )

    def _must_have_sent(self, message_id: UUID) -> None:
        if message_id not in self.sent:
            raise refusals.NotWritten(str(message_id))

    @applies(facts.Triggered)
    def _raised(self, fact: facts.Triggered) -> None:
        self.silence_asked = fact.alert is Alert.SILENT

    @applies(facts.Joined)
    def _raised_again(self, fact: facts.Joined) -> None:
        self.silence_asked = self.silence_asked or fact.alert is Alert.SILENT

    @applies(Amended)
    def _said_otherwise(self, fact: Amended) -> None:
        self.silence_asked = self.silence_asked or fact.alert is Alert.SILENT

    @applies(MessageSent)
    def _message_sent(self, fact: MessageSent) -> None:
        self.sent = self.sent | {fact.message_id}
        if fact.by_text:
            self.texted = self.texted | {fact.message_id}
        if fact.template is Template.SILENT_RECEIVED:
            self.answered_quietly = True
        if fact.template is Template.CALL_UNANSWERED:
            self.unreached = False
        self._acted(fact.operator_id)

    @applies(MessageReceived)
    def _message_received(self, fact: MessageReceived) -> None:
        self.received = self.received | {fact.message_id}

    @applies(MessageDelivered)
    def _message_delivered(self, fact: MessageDelivered) -> None:
        self.delivered = self.delivered | {(fact.message_id, fact.by)}

    @applies(MessageRead)
    def _message_read(self, fact: MessageRead) -> None:
        self.read = self.read | {fact.message_id}

    @applies(InterpreterJoined)
    def _interpreter_joined(self, fact: InterpreterJoined) -> None:
        self._acted(fact.operator_id)


def message_text(body: str, policy: Policy) -> str:
    """What is written, without the blanks around it; refused when it is empty or too long."""
    text = body.strip()
    if not 0 < len(text) <= policy.message_chars_max:
        raise refusals.MessageLength(str(len(text)))
    return text
