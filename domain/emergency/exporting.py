"""A report's facts leave the house as a bundle of evidence; that they did is a fact itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from domain.base import ERASED, Erased, Fact, Personal
from domain.emergency.refusals import ReasonNeeded
from domain.emergency.state import EmergencyState

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Exported(Fact):
    """All facts of this report up to ``last_position`` were handed out as one signed bundle.

    Why and for whom is sealed under a key of the export's own: the service answers for what it
    handed out also when the citizen's data are erased.
    """

    TOPIC: ClassVar[str] = "emergency.exported"

    export_id: UUID
    exported_by: UUID | None
    """The auditor; None for whoever has a shell on the machine and gave no name."""
    citizen_id: UUID | None
    """Whose report it is; None for a bell's."""
    last_position: int
    checkpoint: int
    """Number of the checkpoint that the bundle's proofs lead to."""
    manifest_sha256: Digest
    reason: Annotated[str | Erased, Personal("export_id")] = ERASED
    recipient: Annotated[str | Erased | None, Personal("export_id")] = ERASED


class Exporting(EmergencyState):
    """At any stage, by anybody whom the desk lets: an open case is evidence too."""

    def export(  # noqa: PLR0913 - an export says who, what, why and for whom
        self,
        *,
        export_id: UUID,
        exported_by: UUID | None,
        reason: str,
        recipient: str | None,
        last_position: int,
        checkpoint: int,
        manifest_sha256: str,
        at: datetime,
    ) -> None:
        """Keep that a bundle was made.

        Raises:
            ReasonNeeded: none was given.
        """
        given = reason.strip()
        if not given:
            raise ReasonNeeded(str(self.id))
        self.record(
            Exported,
            at=at,
            export_id=export_id,
            exported_by=exported_by,
            citizen_id=self.citizen_id,
            last_position=last_position,
            checkpoint=checkpoint,
            manifest_sha256=manifest_sha256,
            reason=given,
            recipient=(recipient or "").strip() or None,
        )
