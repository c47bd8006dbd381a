"""Reports about one incident: linked and unlinked again, and otherwise each on its own."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID, uuid5

from domain.base import ERASED, DomainError, Erased, Fact, Personal, applies
from domain.emergency.state import EmergencyState


class Linked(Fact):
    """The report is about an incident that another report is about, too."""

    TOPIC: ClassVar[str] = "emergency.linked"

    incident_id: UUID
    operator_id: UUID | None
    """None when the citizen herself raised again, too late or too far away to join."""


class Unlinked(Fact):
    TOPIC: ClassVar[str] = "emergency.unlinked"
    SCHEMA: ClassVar[int] = 2

    incident_id: UUID
    operator_id: UUID
    reason: Annotated[str | Erased | None, Personal("originator_id")] = ERASED
    """None when a link was taken back at once, and of the last one that is left. Not told in
    schema 1."""


class LinkedElsewhere(DomainError):
    """It is linked with other reports already, from which it would have to be unlinked first."""

    code: ClassVar[str] = "emergency.linked_elsewhere"


class NotLinked(DomainError):
    """It is linked with no other report."""

    code: ClassVar[str] = "emergency.not_linked"


class LinkUnfit(DomainError):
    """A drill is about no incident, and no report is linked with itself."""

    code: ClassVar[str] = "emergency.link_unfit"


class Linking(EmergencyState):
    """At any stage: also what is over, and what stands in its window, may be about the same."""

    linked_in: UUID | None = None
    """The incident that it shares with others; None while it is linked with none."""

    @property
    def incident_id(self) -> UUID:
        """What the report is about: shared with the reports that it is linked with, else its own.

        Third persons' data belong to the incident and are sealed under a key of it.
        """
        return self.linked_in or uuid5(self.id, "incident")

    def link(self, incident_id: UUID, *, operator_id: UUID | None, at: datetime) -> None:
        """Belong to the incident; twice is once.

        Raises:
            LinkUnfit: it is a drill.
            LinkedElsewhere: it belongs to another one.
        """
        if self.drill:
            raise LinkUnfit(str(self.id))
        if self.linked_in not in {None, incident_id}:
            raise LinkedElsewhere(str(self.id))
        if self.linked_in is None:
            self.record(Linked, at=at, incident_id=incident_id, operator_id=operator_id)

    def unlink(self, *, operator_id: UUID, at: datetime, reason: str | None = None) -> None:
        """Belong to it no longer.

        Raises:
            NotLinked: it is linked with none.
        """
        if self.linked_in is None:
            raise NotLinked(str(self.id))
        self.record(
            Unlinked, at=at, incident_id=self.linked_in, operator_id=operator_id, reason=reason
        )

    @applies(Linked)
    def _linked(self, fact: Linked) -> None:
        self.linked_in = fact.incident_id

    @applies(Unlinked)
    def _unlinked(self, _fact: Unlinked) -> None:
        self.linked_in = None
