"""Who is told what of a ride: messages that are saved with the facts that they tell of.

A guardian gets one message of the boarding and one of the end, by the id of each; a plate that was
given later, or mended, is told in between. The circle is closed at the boarding: nobody learns only
of an end (docs/decisions/0046).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from application.phrases import phrase
from domain.base import Erased, Fact
from domain.language import Language
from domain.member import Member
from domain.message import Message, Recipient, RecipientKind
from domain.policy import SEOUL
from domain.taxi import TaxiTrip, facts
from domain.taxi.vocabulary import TaxiEndReason, TaxiVehicle

BOARDED: Final = "boarded"
OVER: Final = "over"
"""Of getting out and of an end by the control room alike: whatever comes first is told."""
NAME_BYTES: Final = 18
PLACE_BYTES: Final = 28
"""As a Korean text message counts them: a short one holds 90, and the rest must fit, too."""

PLACES: Final = {
    facts.Boarded: ("taxi.boarded", "taxi.boarded_no_plate"),
    facts.Alighted: ("taxi.alighted", "taxi.alighted_no_plate"),
}
ENDED: Final = {
    TaxiEndReason.ARRIVED_SAFELY: "taxi.ended_safely",
    TaxiEndReason.UNREACHABLE: "taxi.ended_unreachable",
    TaxiEndReason.HANDED_TO_EMERGENCY: "taxi.ended",
    TaxiEndReason.MISTAKE: "taxi.ended",
    TaxiEndReason.CONSENT_WITHDRAWN: "taxi.ended",
}
"""Of an emergency guardians learn elsewhere, and only where she wants it: one may be the danger."""


def told_of(trip: TaxiTrip, member: Member | None) -> list[Message]:
    """The messages that the new facts of a ride call for; none where nobody is known."""
    if member is None:
        return []
    telling = _Telling(trip, member)
    new = (fact for fact in trip.pending_events if isinstance(fact, Fact))
    return [one for fact in new for one in telling.of(fact)]


def plate_occasion(number: int) -> str:
    return f"plate:{number}"


class _Telling:
    def __init__(self, trip: TaxiTrip, member: Member) -> None:
        self._trip = trip
        self._member = member

    def of(self, fact: Fact) -> Iterable[Message]:
        match fact:
            case facts.Boarded():
                yield from self._guardians(
                    fact.guardian_ids, BOARDED, self._named(fact), fact, self._where(fact)
                )
                yield from self._provided(fact.guardian_ids, BOARDED, fact)
            case facts.PlateGiven():
                occasion = plate_occasion(fact.number)
                yield from self._guardians(fact.guardian_ids, occasion, "taxi.plate", fact)
            case facts.Alighted():
                yield from self._guardians(
                    fact.guardian_ids, OVER, self._named(fact), fact, self._where(fact)
                )
                yield from self._provided(fact.guardian_ids, OVER, fact)
            case facts.Ended():
                yield from self._guardians(fact.guardian_ids, OVER, ENDED[fact.reason], fact)
                if fact.operator_id is not None:
                    yield self._citizen("ended", "taxi.ended_for_you", fact)
            case facts.VehicleChecked(vehicle=TaxiVehicle.UNKNOWN):
                yield self._citizen(f"unknown:{fact.check_id}", "taxi.plate_unknown", fact)
            case facts.CheckGivenUp() if self._trip.checks_given_up == 1:  # once is enough
                yield self._citizen("unchecked", "taxi.plate_unchecked", fact)
            case facts.Asked():
                yield self._citizen(f"asked:{fact.question_id}", f"taxi.ask_{fact.reason}", fact)
            case _:
                return

    def _named(self, fact: facts.Boarded | facts.Alighted) -> str:
        with_plate, without = PLACES[type(fact)]
        return without if self._trip.plate is None else with_plate

    def _where(self, fact: facts.Boarded | facts.Alighted) -> str | None:
        return fact.place if isinstance(fact.place, str) and fact.place.strip() else None

    def _guardians(
        self,
        guardian_ids: tuple[UUID, ...],
        occasion: str,
        name: str,
        fact: Fact,
        place: str | None = None,
    ) -> Iterable[Message]:
        for guardian in self._member.confirmed_guardians:
            if guardian.guardian_id in guardian_ids:
                recipient = Recipient(
                    kind=RecipientKind.GUARDIAN,
                    recipient_id=guardian.guardian_id,
                    language=guardian.language,
                )
                words = self._words(fact, place, guardian.language)
                yield self._message(occasion, recipient, name, words, fact.timestamp)

    def _provided(
        self, guardian_ids: tuple[UUID, ...], occasion: str, fact: Fact
    ) -> Iterable[Message]:
        """Location Information Act, art. 19: she is told that her place was given, each time."""
        if guardian_ids:
            more = {"count": str(len(guardian_ids))}
            yield self._citizen(f"provided:{occasion}", f"taxi.provided_{occasion}", fact, more)

    def _citizen(
        self, occasion: str, name: str, fact: Fact, more: Mapping[str, str] | None = None
    ) -> Message:
        recipient = Recipient(
            kind=RecipientKind.CITIZEN,
            recipient_id=self._member.id,
            language=self._trip.language,
        )
        words = {"time": clock_time(_moment(fact))} | dict(more or {})
        return self._message(occasion, recipient, name, words, fact.timestamp)

    def _words(self, fact: Fact, place: str | None, language: Language) -> dict[str, str]:
        plate, name = self._trip.plate, self._member.name
        return {
            "name": "" if isinstance(name, Erased) else cut(name, NAME_BYTES),
            "plate": plate if isinstance(plate, str) else "",
            "time": clock_time(_moment(fact)),
            "place": cut(place, PLACE_BYTES) if place else _district(fact, language),
        }

    def _message(
        self,
        occasion: str,
        recipient: Recipient,
        name: str,
        words: Mapping[str, str],
        at: datetime,
    ) -> Message:
        return Message.compose(
            about=self._trip.id,
            occasion=occasion,
            citizen_id=self._member.id,
            recipient=recipient,
            phrase=name,
            words=words,
            at=at,
        )


def _moment(fact: Fact) -> datetime:
    return fact.happened_at if isinstance(fact, facts.Boarded | facts.Alighted) else fact.timestamp


def _district(fact: Fact, language: Language) -> str:
    if not isinstance(fact, facts.Boarded | facts.Alighted):
        return ""
    try:
        return phrase(f"place.{fact.district}", language)
    except KeyError:
        return phrase("place.11000", language)


def clock_time(moment: datetime) -> str:
    """Hours and minutes in Seoul."""
    return moment.astimezone(SEOUL).strftime("%H:%M")


def cut(words: str, bytes_max: int) -> str:
    """As much of ``words``, in one line, as fits by the count of a Korean text message."""
    kept, used = "", 0
    for one in " ".join(words.split()):
        used += 1 if one.isascii() else 2
        if used > bytes_max:
            break
        kept += one
    return kept.rstrip()
