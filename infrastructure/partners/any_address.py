"""Text messages to whatever address the city has set: over a hundred services, by apprise."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from application.errors import PartnerRefused
from application.text_routes import AnswerLost

if TYPE_CHECKING:
    from application.text_routes import Fate, OutgoingText
    from infrastructure.partners.breaker import Breaker

LOGGERS: Final = ("apprise", "urllib3.connectionpool")
"""They log addresses, which hold numbers, and answers."""


class AnyAddress:
    """See ``application.text_routes.TextRoute``.

    What apprise sends to answers yes or no, and no names no reason: what was not taken for certain
    may have been. So it is offered once, unless the address has a place for its id.

    Args:
        template: an address of apprise's with ``{phone}`` (digits, with the country's) and, where
            the other side knows repeats by it, ``{key}``.
        breaker: its own.
    """

    def __init__(self, template: str, *, breaker: Breaker) -> None:
        self._template = template
        self._breaker = breaker
        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)

    def send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        return self._breaker.run(lambda: self._send(outgoing))

    def ask(self, _reference: str) -> Fate | None:
        """Nobody tells."""
        return None

    def _send(self, outgoing: OutgoingText) -> tuple[str, ...]:
        import apprise

        key = str(outgoing.delivery_id)
        address = self._template.replace("{phone}", quote(outgoing.phone.removeprefix("+")))
        speaker = apprise.Apprise()
        if not speaker.add(address.replace("{key}", key)):
            raise PartnerRefused("no address that apprise knows")
        if not speaker.notify(body=outgoing.body, body_format=apprise.NotifyFormat.TEXT):
            raise AnswerLost("not taken, or not known")
        return (key,)
