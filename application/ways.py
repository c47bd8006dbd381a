"""The ways that are open to one message, whatever travels by them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Protocol

from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.errors import PartnerRefused
from application.phrases import worded
from application.text_routes import Fate, OutgoingText, TextRoute
from domain.base import Erased, Value
from domain.message import Message, RecipientKind
from domain.message_routing import MessageRoute
from domain.sms import Alphabet, TextKind, TextTooLong, fitted

Numbers = Mapping[RecipientKind, Callable[[Message], str | None]]
"""Where the number of a recipient of each kind is looked up; None: there is none to be used."""


Words = Mapping[RecipientKind, Callable[[Message], Mapping[str, str]]]
"""What a message says that stands in no fact (codes, links), made when it is sent."""


WHOLE: Final = "whole"
"""Stands for all words of a message that no phrase is made for: a person wrote them."""
WITHHELD: Final = "withheld"
"""Stands as the reference where nothing was sent: what it told of had fallen silent, or ended."""


class TooLong(PartnerRefused):
    """Its words are more than a network carries, so it cannot be sent at all."""

    code: ClassVar[str] = "message.too_long"


class Taken(Value):
    """What a provider took, and how it goes."""

    references: tuple[str, ...]
    kind: TextKind | None = None
    alphabet: Alphabet | None = None
    pieces: int = 1


class Way(Protocol):
    """One way out; ``route`` names it in facts."""

    @property
    def route(self) -> MessageRoute: ...

    @property
    def knows_repeats(self) -> bool:
        """Whether the same delivery again does no harm; otherwise each attempt is a fact first."""
        ...

    def is_open(self, message: Message) -> bool:
        """Whether its recipient may and can be reached by it at this moment."""
        ...

    def send(self, message: Message, claimed: ClaimedDelivery, context: Context) -> Taken:
        """Hand it over; raises as ``application.text_routes.TextRoute.send``."""
        ...

    def ask(self, reference: str) -> Fate | None:
        """As ``application.text_routes.TextRoute.ask``."""
        ...


@dataclass(frozen=True, slots=True)
class TextWay:
    """A text message, to the number that is looked up at this moment."""

    route: MessageRoute
    provider: Callable[[], TextRoute]
    numbers: Numbers
    knows_repeats: bool = True
    kept_nowhere: Callable[[], Words] | None = None

    def is_open(self, message: Message) -> bool:
        return self._number(message) is not None

    def send(self, message: Message, claimed: ClaimedDelivery, context: Context) -> Taken:
        phone = self._number(message)
        if phone is None:
            raise PartnerRefused("no number any more")
        try:
            text = fitted(body_of(message, self.kept_nowhere), phone)
        except TextTooLong as error:
            raise TooLong(str(error)) from error
        references = self.provider().send(
            OutgoingText(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                message_id=message.id,
                phone=phone,
                language=message.recipient.language,
                text=text,
            )
        )
        return Taken(
            references=references,
            kind=text.kind,
            alphabet=text.alphabet,
            pieces=len(text.pieces),
        )

    def ask(self, reference: str) -> Fate | None:
        return self.provider().ask(reference)

    def _number(self, message: Message) -> str | None:
        look_up = self.numbers.get(message.recipient.kind)
        return None if look_up is None else look_up(message)


def body_of(message: Message, kept_nowhere: Callable[[], Words] | None = None) -> str:
    """Its words in its recipient's language; only for one whose words can be read."""
    words = {} if isinstance(message.words, Erased) else message.words
    further = kept_nowhere().get(message.recipient.kind) if kept_nowhere else None
    all_words = {**words, **(further(message) if further else {})}
    if WHOLE in all_words:
        return all_words[WHOLE]
    return worded(message.phrase, message.recipient.language, all_words)
