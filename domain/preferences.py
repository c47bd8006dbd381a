"""How a member wants the service to be: what sounds, what counts as an alarm, where home is."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from domain.alert import Alert
from domain.base import ERASED, Aggregate, Erased, Fact, Personal, Value, applies
from domain.geography import Position
from domain.language import Language


class Sensitivity(StrEnum):
    """How hard the phone must be shaken."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class GuardiansTold(StrEnum):
    """Whether her guardians are told when she raises an alarm; see docs/decisions/0043."""

    NEVER = "never"
    """As long as she says nothing: a guardian may be the danger."""
    UNLESS_SILENT = "unless_silent"
    """Not of an alarm that is silent, or that she seems to have been made to take back."""
    ALWAYS = "always"


class Settings(Value):
    """All of them together: who changes one says the others again."""

    alert: Alert = Alert.SIREN
    shake: bool = True
    """Whether shaking raises an alarm."""
    shake_sensitivity: Sensitivity = Sensitivity.NORMAL
    guardians_told: GuardiansTold = GuardiansTold.NEVER


class SettingsChanged(Fact):
    """The settings as they are from now on, all of them."""

    TOPIC: ClassVar[str] = "member.settings_changed"

    alert: Alert
    shake: bool
    shake_sensitivity: Sensitivity
    guardians_told: GuardiansTold


class DestinationSet(Fact):
    """Where she usually wants to be seen home to; nothing in it: nowhere from now on."""

    TOPIC: ClassVar[str] = "member.destination_set"

    citizen_id: UUID
    name: Annotated[str | Erased | None, Personal("citizen_id")] = ERASED
    position: Annotated[Position | Erased | None, Personal("citizen_id")] = ERASED


class LanguageChanged(Fact):
    """She is spoken and written to in this language from now on."""

    TOPIC: ClassVar[str] = "member.language_changed"

    language: Language


class Destination(Value):
    name: str
    position: Position


class PreferenceHolder(Aggregate):
    """What a member remembers of her wishes."""

    language: Language = Language.KO
    settings: Settings = Settings()
    destination: Destination | None = None
    """None too once it cannot be read any more."""

    def change_settings(self, settings: Settings, *, at: datetime) -> None:
        """The same once more changes nothing."""
        if settings != self.settings:
            self.record(SettingsChanged, at=at, **dict(settings))

    def set_destination(self, destination: Destination | None, *, at: datetime) -> None:
        """Be seen home to there; None: to nowhere in particular."""
        if destination != self.destination:
            self.record(
                DestinationSet,
                at=at,
                citizen_id=self.id,
                name=destination.name if destination else None,
                position=destination.position if destination else None,
            )

    def speak(self, language: Language, *, at: datetime) -> None:
        """Be spoken to in this language; the same once more changes nothing."""
        if language is not self.language:
            self.record(LanguageChanged, at=at, language=language)

    @applies(SettingsChanged)
    def _settings_changed(self, fact: SettingsChanged) -> None:
        self.settings = Settings(
            alert=fact.alert,
            shake=fact.shake,
            shake_sensitivity=fact.shake_sensitivity,
            guardians_told=fact.guardians_told,
        )

    @applies(DestinationSet)
    def _destination_set(self, fact: DestinationSet) -> None:
        self.destination = None
        if isinstance(fact.name, str) and isinstance(fact.position, Position):
            self.destination = Destination(name=fact.name, position=fact.position)

    @applies(LanguageChanged)
    def _language_changed(self, fact: LanguageChanged) -> None:
        self.language = fact.language
