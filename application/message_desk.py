"""Carries messages by the ways that are open, and hears what became of them.

A provider who knows a repeat by its id is simply asked again. One who does not is told of in a fact
before anything leaves: an attempt without an end is a doubt, which is asked about and waited for,
and never repeated by the same way (docs/decisions/0040).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final
from uuid import UUID

from application.access import AccessKind, Task
from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.errors import PartnerError, PartnerRefused, PartnerUnavailable
from application.message_fates import ELSEWHERE, MessageFates
from application.message_pace import Pace
from application.message_pieces import verdict
from application.messages import NothingToSend
from application.messaging_calls import asking, sending
from application.outbox import Channel
from application.ports import AccessLog
from application.putting_off import (
    AnswerAwaited,
    Later,
    Throttling,
    TooManyAtOnce,
    TooManyForOne,
)
from application.text_routes import AnswerLost, Throttled, mark_of
from application.ways import WITHHELD, Taken, Way
from domain.base import Erased
from domain.message import Message, RecipientKind
from domain.message_routing import MessageRoute
from domain.policy import Policy

NO_NUMBER: Final = "no_number"
"""Why it was withheld: who is to be told may not be any more, or cannot be reached."""
CLOSED: Final = "closed"
"""Why it left a route: it is not open to its recipient any more."""
FIRST: Final = MessageRoute.SMS
"""Where that failed which could be offered to nobody."""
CLOCKS_APART: Final = timedelta(seconds=5)
TOLD_FROM: Final = timedelta(seconds=5)
"""Who waits for less is not told of."""


class DoubtRemains(PartnerRefused):
    """Nobody knows whether it was taken, and there is no other way to send it."""

    code: ClassVar[str] = "answer_lost"


class MessageDesk(MessageFates):
    """See ``application.carriers``.

    Args:
        desk: as every desk.
        pace: how fast messages may go.
        access_log: keeps to whom a number was given.
        fates: what ``MessageFates`` takes.
    """

    def __init__(self, *desk: Any, pace: Pace, access_log: AccessLog, **fates: Any) -> None:
        super().__init__(*desk, **fates)
        self._pace = pace
        self._access_log = access_log

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        message = self._app.load(Message, claimed.about)
        if message.route and claimed.delivery_id == asking(message.id, message.route).delivery_id:
            return self._ask(message, context)
        if not message.to_be_sent:
            return message.reference or WITHHELD
        fallen_back_to = message.route if message.left else None
        if claimed.delivery_id != sending(message.id, fallen_back_to).delivery_id:
            return ELSEWHERE
        return self._send(message, claimed, context)

    def _send(self, message: Message, claimed: ClaimedDelivery, context: Context) -> str:
        if isinstance(message.words, Erased):
            raise NothingToSend("its words are erased")
        ways = self._open(message)
        if not ways:
            self._follow(message.id, context, lambda one, at: one.withhold(why=NO_NUMBER, at=at))
            return WITHHELD
        way = next((one for one in ways if message.route in {None, one.route}), None)
        if way is None:
            return self._otherwise(message, PartnerRefused(CLOSED), CLOSED, ways, context)
        if message.attempted_at is not None:
            return self._doubtful(message, message.attempted_at, way, ways, context)
        return self._offer(message, way, ways, claimed, context)

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        """Nobody is left to bring it; who could not be asked of its fate leaves it as it is."""

        def step(message: Message, at: datetime) -> None:
            route = message.route or next((way.route for way in self._open(message)), FIRST)
            if claimed.delivery_id != asking(message.id, route).delivery_id:
                message.failed(route=route, why=code, at=at)

        self._follow(claimed.about, context, step)

    def sent_anew(self, delivery_id: UUID, about: UUID, context: Context) -> None:
        """A person has a dead letter tried again; what only asked of a fate resumes nothing."""

        def step(message: Message, at: datetime) -> None:
            if message.route is not None:
                fallen_back_to = message.route if message.left else None
                if delivery_id == sending(message.id, fallen_back_to).delivery_id:
                    message.resume(at=at)

        self._follow(about, context, step)

    def _offer(
        self,
        message: Message,
        way: Way,
        ways: Sequence[Way],
        claimed: ClaimedDelivery,
        context: Context,
    ) -> str:
        policy = self._policies.at(self._clock.now())
        self._wait_in_turn(message, way, policy, claimed, context)
        self._disclose(message, claimed, context)
        if not way.knows_repeats:
            self._follow(message.id, context, lambda one, at: one.attempt(route=way.route, at=at))
        try:
            taken = way.send(message, claimed, context)
        except Throttled as error:
            self._turned_away(message, way, error, context)
            raise self._later(message, Throttling(error.wait), context) from error
        except PartnerUnavailable as error:
            if isinstance(error, AnswerLost) and not way.knows_repeats:
                raise AnswerAwaited(timedelta(seconds=policy.message_doubt_look_s)) from error
            self._turned_away(message, way, error, context)
            if error.retryable and claimed.attempt < policy.message_attempts_max:
                raise
            return self._otherwise(message, error, error.code, ways, context, way)
        except PartnerRefused as error:
            self._turned_away(message, way, error, context)
            return self._otherwise(message, error, error.code, ways, context, way)
        return self._kept(message.id, way, taken, context)

    def _kept(self, message_id: UUID, way: Way, taken: Taken, context: Context) -> str:
        """The provider has it: first whose receipts are whose, then the fact."""
        reference = " ".join(taken.references)
        known = self._pieces.expect(way.route, taken.references, message_id, at=self._clock.now())

        def step(one: Message, at: datetime) -> None:
            within_s = self._policies.at(at).receipt_within_s(way.route)
            one.handed_over(
                route=way.route,
                reference=reference,
                kind=taken.kind,
                alphabet=taken.alphabet,
                pieces=taken.pieces,
                receipt_by=None if within_s is None else at + timedelta(seconds=within_s),
                at=at,
            )

        self._follow(message_id, context, step)
        self._end(message_id, way.route, verdict(known), context)
        return reference

    def _doubtful(
        self,
        message: Message,
        since: datetime,
        way: Way,
        ways: Sequence[Way],
        context: Context,
    ) -> str:
        """It may have been taken: what the provider has told since decides, or time does."""
        at = self._clock.now()
        found = self._pieces.evidence(
            way.route, message.id, mark_of(message.id), since=since - CLOCKS_APART
        )
        if found:
            taken = Taken(references=tuple(found), pieces=len(found))
            return self._kept(message.id, way, taken, context)
        policy = self._policies.at(at)
        left = since + timedelta(seconds=policy.message_doubt_s) - at
        if left > timedelta(0):
            raise AnswerAwaited(min(left, timedelta(seconds=policy.message_doubt_look_s)))
        error = DoubtRemains("nobody can tell whether it was taken")
        return self._otherwise(message, error, error.code, ways, context, way)

    def _otherwise(  # noqa: PLR0913, PLR0917 (what went wrong where, and what is left)
        self,
        message: Message,
        error: PartnerError,
        why: str,
        ways: Sequence[Way],
        context: Context,
        way: Way | None = None,
    ) -> str:
        """Let it go by the next way.

        Raises:
            PartnerError: ``error``, when there is no other.
        """
        failed = way.route if way is not None else message.route or FIRST
        others = [one.route for one in ways if one.route not in {failed, *message.left}]
        if not others:
            raise error
        self._follow(
            message.id,
            context,
            lambda one, at: one.failed(route=failed, why=why, at=at, ways=others),
        )
        return ELSEWHERE

    def _turned_away(
        self, message: Message, way: Way, error: PartnerError, context: Context
    ) -> None:
        if not way.knows_repeats:
            self._follow(
                message.id,
                context,
                lambda one, at: one.turned_away(route=way.route, why=error.code, at=at),
            )

    def _later(self, message: Message, later: Later, context: Context) -> Later:
        """Say in a fact that it waits, when it does so for long enough to be noticed."""
        if later.wait >= TOLD_FROM:

            def step(one: Message, at: datetime) -> None:
                one.put_off(why=later.code, until=at + later.wait, at=at)

            self._follow(message.id, context, step)
        return later

    def _wait_in_turn(
        self,
        message: Message,
        way: Way,
        policy: Policy,
        claimed: ClaimedDelivery,
        context: Context,
    ) -> None:
        """Go no faster than provider and recipient bear; a repeat costs its recipient nothing.

        What an emergency report's control room writes waits for nobody.
        """
        if message.recipient.kind is RecipientKind.REPORTER:
            return
        rate = policy.provider_messages_per_s
        wait = self._pace.take(
            f"by:{way.route}",
            at=self._clock.now(),
            every=timedelta(seconds=1 / rate),
            at_once=rate,
        )
        if wait is not None:
            raise self._later(message, TooManyAtOnce(wait), context)
        if claimed.attempt > 1 or message.left:
            return
        wait = self._pace.take(
            f"to:{message.recipient.recipient_id}",
            at=self._clock.now(),
            every=timedelta(seconds=policy.recipient_message_every_s),
            at_once=policy.recipient_messages_at_once,
        )
        if wait is not None:
            raise self._later(message, TooManyForOne(wait), context)

    def _disclose(self, message: Message, claimed: ClaimedDelivery, context: Context) -> None:
        """Keep who learns what: of her own message only the provider, and of her the number."""
        to_herself = message.recipient.kind is RecipientKind.REPORTER
        channel = Channel.TEXT if to_herself else claimed.channel
        self._access_log.record(
            context,
            subject=message.citizen_id or message.recipient.recipient_id,
            what="phone" if to_herself else message.phrase,
            why=f"delivery:{channel}",
            kind=AccessKind.PROVISION,
            about=message.about,
            task=Task.RESPONSE,
            recipient=channel if to_herself else message.recipient.kind,
        )
