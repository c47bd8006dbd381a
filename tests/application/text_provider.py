"""A provider of text messages that does what it is told, and keeps a journal."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from uuid import UUID

from application.errors import PartnerRefused, PartnerUnavailable
from application.text_routes import AnswerLost, Fate, OutgoingText, Throttled
from domain.message_routing import MessageRoute


class Killed(BaseException):
    """The process is gone, wherever it was."""


class Provider:
    """Takes what it is given, or does what it was told to do next.

    ``journal`` says what went out to telephones: who knows repeats sends each delivery once.
    """

    def __init__(self, route: MessageRoute, *, knows_repeats: bool) -> None:
        self.route = route
        self.knows_repeats = knows_repeats
        self.next: list[str] = []
        self.journal: list[OutgoingText] = []
        self.references: dict[str, UUID] = {}
        self.fates: dict[str, Fate] = {}
        self._by_delivery: dict[UUID, str] = {}
        self._numbers = count(1)

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        said = self.next.pop(0) if self.next else "take"
        match said:
            case "unavailable":
                raise PartnerUnavailable("down")
            case "refuse":
                raise PartnerRefused("no")
            case "throttle":
                raise Throttled(timedelta(seconds=7))
            case "killed_before":
                raise Killed
            case "lost_before":
                raise AnswerLost("cut before it arrived")
        reference = self._take(outgoing)
        match said:
            case "killed_after":
                raise Killed
            case "lost_after":
                raise AnswerLost("cut after it arrived")
            case _:
                return (reference,)

    def ask(self, reference: str) -> Fate | None:
        if self.next and self.next[0] == "deaf":
            self.next.pop(0)
            raise PartnerUnavailable("deaf")
        return self.fates.get(reference)

    def _take(self, outgoing: OutgoingText) -> str:
        known = self._by_delivery.get(outgoing.delivery_id)
        if known is not None and self.knows_repeats:
            return known
        reference = f"{self.route}-{next(self._numbers)}"
        self._by_delivery[outgoing.delivery_id] = reference
        self.journal.append(outgoing)
        self.references[reference] = outgoing.message_id
        return reference
