"""What kind of emergency it is, in codes: what the control room has understood of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from domain.base import Value


class IncidentKind(StrEnum):
    """What is happening."""

    FOLLOWED = "followed"
    """Somebody goes after her, or has turned up where she is."""
    THREATENED = "threatened"
    """By words, by gestures, or by somebody who waits for her."""
    ASSAULT = "assault"
    """Somebody uses force."""
    SEXUAL = "sexual"
    """Sexual violence or harassment."""
    DOMESTIC = "domestic"
    """Violence by a member of the household, or by a partner."""
    STALKING = "stalking"
    """By somebody whom she knows to stalk her."""
    ROBBERY = "robbery"
    """Something is taken by force or threat."""
    MEDICAL = "medical"
    """Somebody is ill or hurt, without another's doing."""
    ACCIDENT = "accident"
    """Traffic, a fall, fire, or the like."""
    MISSING = "missing"
    """Somebody is lost or cannot be found."""
    OTHER = "other"
    """None of these; a note says what."""
    UNCLEAR = "unclear"
    """Not understood yet."""


class Concerned(StrEnum):
    """Whose emergency it is."""

    HERSELF = "herself"
    """The reporter's own."""
    ANOTHER = "another"
    """Somebody else's: the reporter saw it."""
    BOTH = "both"
    """The reporter's and somebody else's."""
    UNCLEAR = "unclear"
    """Not understood yet."""


class Weapon(StrEnum):
    """What somebody is armed with."""

    NONE = "none"
    """Nobody is armed, as far as was seen or said."""
    BLADE = "blade"
    """A knife or anything sharp."""
    BLUNT = "blunt"
    """A stick, a bottle, a stone."""
    FIREARM = "firearm"
    """A gun, or what looks like one."""
    OTHER = "other"
    """Something else: a spray, a fluid, a vehicle."""
    UNCLEAR = "unclear"
    """Not understood yet."""


class Injury(StrEnum):
    """How badly the worst hurt person is hurt."""

    NONE = "none"
    """Nobody, as far as was seen or said."""
    LIGHT = "light"
    """She can walk and speak."""
    SEVERE = "severe"
    """She bleeds heavily, cannot walk, or is in great pain."""
    UNCONSCIOUS = "unconscious"
    """She does not answer."""
    UNCLEAR = "unclear"
    """Not understood yet."""


class Urgency(StrEnum):
    """Where it stands among those that wait; it only ever moves a report forward."""

    USUAL = "usual"
    """As every report: urgent enough."""
    RAISED = "raised"
    """Somebody is armed or hurt."""
    PROTECTED = "protected"
    """Its citizen is protected: follows from the citizen, never from what was seen."""
    HIGHEST = "highest"
    """Somebody is armed with what kills, or badly hurt."""


class PersonRole(StrEnum):
    """What a third person has to do with it."""

    OFFENDER = "offender"
    """Whom the report is about."""
    VICTIM = "victim"
    """Somebody harmed beside the reporter."""
    WITNESS = "witness"
    """Somebody who saw it."""
    COMPANION = "companion"
    """Somebody who is with the reporter: a child, a friend."""


class Classification(Value):
    """All four together; said anew when one of them changes."""

    kind: IncidentKind = IncidentKind.UNCLEAR
    concerns: Concerned = Concerned.UNCLEAR
    weapon: Weapon = Weapon.UNCLEAR
    injury: Injury = Injury.UNCLEAR

    @property
    def urgency(self) -> Urgency:
        if self.weapon in DEADLY or self.injury in GRAVE:
            return Urgency.HIGHEST
        armed = self.weapon in {Weapon.BLUNT, Weapon.OTHER}
        return Urgency.RAISED if armed or self.injury is Injury.LIGHT else Urgency.USUAL


DEADLY: Final = frozenset({Weapon.BLADE, Weapon.FIREARM})
GRAVE: Final = frozenset({Injury.SEVERE, Injury.UNCONSCIOUS})
