"""Who is told of which fact of an escort, in which words; each once, with the fact itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.base import Erased, Fact
from domain.escort import Escort, facts
from domain.escort.vocabulary import EscortCancelledBy, EscortParty, ToldBy
from domain.language import Language
from domain.message import Message, Recipient, RecipientKind
from domain.policy import SEOUL

Words = Mapping[str, str]
CODED: Final = frozenset({"escort.booked", "escort.reminder", "escort.new_code"})
"""To the citizen alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """A phrase for the citizen, or for scouts."""

    phrase: str
    scouts: frozenset[UUID] | None = None
    """None: the citizen."""


@dataclass(frozen=True, slots=True)
class Change:
    """An escort after a step, and who was to walk before it."""

    escort: Escort
    scouts_before: frozenset[UUID]

    @property
    def scouts(self) -> frozenset[UUID]:
        return frozenset(self.escort.scouts)

    @property
    def gone(self) -> frozenset[UUID]:
        """Who does not walk any more, by nobody's word of theirs."""
        return self.scouts_before - self.scouts


def _booked(_fact: facts.Booked, change: Change) -> Iterable[Told]:
    yield Told("escort.booked")
    yield Told("escort.new", change.scouts)


def _reminded(_fact: facts.Reminded, change: Change) -> Iterable[Told]:
    yield Told("escort.reminder")
    yield Told("escort.scouts_reminder", change.scouts)


def _withdrawn(fact: facts.TeamWithdrawn, change: Change) -> Iterable[Told]:
    if fact.told_by is not ToldBy.SCOUTS:
        yield Told("escort.taken_off", change.gone)
    if change.escort.team_id is None:
        yield Told("escort.team_sought")


def _reassigned(fact: facts.Reassigned, change: Change) -> Iterable[Told]:
    yield Told("escort.other_team")
    yield Told("escort.new", frozenset(fact.scouts))
    if fact.operator_id is not None:
        yield Told("escort.taken_off", change.gone)


def _late(_fact: facts.ScoutsLate, _change: Change) -> Iterable[Told]:
    yield Told("escort.scouts_late")


def _no_show(fact: facts.NoShow, _change: Change) -> Iterable[Told]:
    absent = fact.party is EscortParty.CITIZEN
    yield Told("escort.where_are_you" if absent else "escort.centre_helps")


def _new_code(_fact: facts.CodeRenewed, _change: Change) -> Iterable[Told]:
    yield Told("escort.new_code")


def _unwatched(_fact: facts.Unwatched, change: Change) -> Iterable[Told]:
    yield Told("escort.unwatched")
    yield Told("escort.unwatched", change.scouts)


def _arrived(fact: facts.Arrived, _change: Change) -> Iterable[Told]:
    if fact.confirm_by is not None:
        yield Told("escort.home")


def _cancelled(fact: facts.Cancelled, change: Change) -> Iterable[Told]:
    yield Told("escort.cancelled", change.scouts)
    if fact.by is EscortCancelledBy.CLOSURE:
        yield Told("escort.closed")
    elif fact.by is EscortCancelledBy.CENTRE:
        yield Told("escort.cancelled_by_centre")


def _given_up(_fact: facts.GivenUp, _change: Change) -> Iterable[Told]:
    yield Told("escort.given_up")


TELLS: Final[dict[type[Fact], Callable[[Any, Change], Iterable[Told]]]] = {
    facts.Booked: _booked,
    facts.Reminded: _reminded,
    facts.TeamWithdrawn: _withdrawn,
    facts.Reassigned: _reassigned,
    facts.ScoutsLate: _late,
    facts.NoShow: _no_show,
    facts.CodeRenewed: _new_code,
    facts.Unwatched: _unwatched,
    facts.Arrived: _arrived,
    facts.Cancelled: _cancelled,
    facts.GivenUp: _given_up,
}
"""By class; what is not named here nobody is written of."""


def messages(
    new: Iterable[Fact], change: Change, languages: Callable[[UUID], Language]
) -> list[Message]:
    """The messages that new facts of an escort call for, to be saved with them.

    Args:
        new: the facts, undecided whether they will stand.
        change: the escort after them.
        languages: of a scout.
    """
    return [
        message
        for fact in new
        if type(fact) in TELLS
        for told in TELLS[type(fact)](fact, change)
        for message in _messages(fact, told, change.escort, languages)
    ]


def _messages(
    fact: Fact, told: Told, escort: Escort, languages: Callable[[UUID], Language]
) -> Iterable[Message]:
    if told.scouts is None:
        recipients = [_citizen(escort)]
    else:
        recipients = [_scout(one, languages(one)) for one in sorted(told.scouts)]
    for recipient in recipients:
        yield Message.compose(
            about=escort.id,
            occasion=f"{told.phrase}/{fact.originator_version}",
            citizen_id=escort.citizen_id,
            recipient=recipient,
            phrase=told.phrase,
            words=words_of(escort, told.phrase),
            at=fact.timestamp,
        )


def words_of(escort: Escort, phrase: str) -> Words:
    """What fills the gaps: the hour in Seoul; and where she is to say it, her code."""
    told = {"time": escort.starts_at.astimezone(SEOUL).strftime("%H:%M")}
    if phrase in CODED and not isinstance(escort.code, Erased):
        told |= {"code": escort.code}
    return told


def _citizen(escort: Escort) -> Recipient:
    return Recipient(
        kind=RecipientKind.CITIZEN, recipient_id=escort.citizen_id, language=escort.language
    )


def _scout(scout_id: UUID, language: Language) -> Recipient:
    return Recipient(kind=RecipientKind.SCOUT, recipient_id=scout_id, language=language)
