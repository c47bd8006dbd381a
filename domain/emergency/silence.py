"""Silent means silent: voice, siren, ringing call and lights near her, from then on.

What asks is ``Emergency.is_silent``; what makes a report silent is one of its triggers, or an
operator. Nothing makes it loud again.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from domain.base import ERASED, Fact, applies
from domain.emergency import refusals
from domain.emergency.answering import said
from domain.emergency.calling import Calling
from domain.emergency.facts import SealedText
from domain.emergency.vocabulary import Alert


class Silenced(Fact):
    """An operator found that nothing must be heard or seen near her."""

    TOPIC: ClassVar[str] = "emergency.silenced"

    operator_id: UUID
    citizen_id: UUID | None
    reason: SealedText = ERASED


SILENCES: Final[frozenset[type[Fact]]] = frozenset({Silenced})


class Silence(Calling):
    """What makes a report silent, once it is open."""

    silenced: bool = False
    """By an operator, which her phone may know; duress it must not."""

    def silence(self, *, operator_id: UUID, reason: str, at: datetime) -> None:
        """Make the report silent; what can be stopped stops. Silent already: nothing.

        Raises:
            ReasonNeeded: no reason was given.
            InWindow, NotOpen, AlreadyResolved: nobody acts on it now.
        """
        self._must_live()
        given = said(reason)
        if given is None:
            raise refusals.ReasonNeeded(str(self.id))
        if not self.is_silent:
            self.record(
                Silenced,
                at=at,
                operator_id=operator_id,
                citizen_id=self.citizen_id,
                reason=given,
            )
            self._stop_ringing(at=at)

    @applies(Silenced)
    def _silenced(self, fact: Silenced) -> None:
        self.alert = Alert.SILENT
        self.silenced = True
        self._acted(fact.operator_id)
