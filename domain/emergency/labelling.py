"""What a report looks like from afar: a hint, until a human has looked.

A label mutes nothing, delays nothing and lowers nothing. It is shown, and reports of one source are
shown as one group; what to make of it is for people to say.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.base import DomainError, Fact, applies
from domain.emergency.state import EmergencyState
from domain.policy import Policy


class Label(StrEnum):
    """What was noticed."""

    MANY_TRIGGERS = "many_triggers"
    """One device raised conspicuously often within a short time."""
    STUCK = "stuck"
    """A bell was pressed so often within a minute that its button may be stuck."""


class Labelled(Fact):
    """A label was put on the report; nothing else changes."""

    TOPIC: ClassVar[str] = "emergency.labelled"

    label: Label
    count: int
    """Triggers of the device within ``within_s``, for this report and for others."""
    within_s: float


class LabelReviewed(Fact):
    """An operator has looked at what the label says."""

    TOPIC: ClassVar[str] = "emergency.label_reviewed"

    label: Label
    operator_id: UUID


class NothingLabelled(DomainError):
    """There is no label that nobody has looked at."""

    code: ClassVar[str] = "emergency.nothing_labelled"


class Labelling(EmergencyState):
    """Labels, and who has looked at them."""

    labels: frozenset[Label] = frozenset()
    labels_seen: frozenset[Label] = frozenset()
    """Those that somebody has looked at."""

    def count_triggers(self, count: int, *, at: datetime, policy: Policy) -> None:
        """Label the report when its device raises conspicuously often; once.

        Args:
            count: triggers of the device within the time that counts.
            at: the moment.
            policy: how many are many, and within which time.
        """
        if count >= policy.many_triggers and Label.MANY_TRIGGERS not in self.labels:
            self.record(
                Labelled,
                at=at,
                label=Label.MANY_TRIGGERS,
                count=count,
                within_s=policy.many_triggers_within_s,
            )

    def count_presses(self, count: int, *, at: datetime, policy: Policy) -> bool:
        """Label the report when its bell was pressed so often that it may be stuck; once.

        Args:
            count: presses of the bell within the time that counts.
            at: the moment.
            policy: how many are many, and within which time.

        Returns:
            Whether it was labelled just now.
        """
        stuck = count > policy.bell_stuck_presses and Label.STUCK not in self.labels
        if stuck:
            self.record(
                Labelled,
                at=at,
                label=Label.STUCK,
                count=count,
                within_s=policy.bell_stuck_within_s,
            )
        return stuck

    @property
    def seen_stuck(self) -> bool:
        """Whether a human has looked at the label that its bell may be stuck."""
        return Label.STUCK in self.labels_seen

    def review_label(self, *, operator_id: UUID, at: datetime) -> None:
        """Say that a human has looked, at any stage.

        Raises:
            NothingLabelled: nobody waits for that.
        """
        unseen = sorted(self.labels - self.labels_seen)
        if not unseen:
            raise NothingLabelled(str(self.id))
        for label in unseen:
            self.record(LabelReviewed, at=at, label=label, operator_id=operator_id)

    @applies(Labelled)
    def _labelled(self, fact: Labelled) -> None:
        self.labels = self.labels | {fact.label}

    @applies(LabelReviewed)
    def _label_reviewed(self, fact: LabelReviewed) -> None:
        self.labels_seen = self.labels_seen | {fact.label}
