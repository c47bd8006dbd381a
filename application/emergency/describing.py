"""The control rooms' side: what it is, where it happens, and who else is in it."""

from __future__ import annotations

from application.context import Context
from application.emergency.answering import Answering
from application.emergency.commands import ClassifyReport, LocateIncident, NoteThirdPerson
from application.safe_return import Receipt
from domain.emergency.describing import IncidentPlace
from domain.geography import FixQuality, FixSource


class Describing(Answering):
    """Steps as those of ``Answering``, with its refusals."""

    def classify(self, command: ClassifyReport, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.classify(command.classification, operator_id=who, at=at),
        )

    def locate_incident(self, command: LocateIncident, context: Context) -> Receipt:
        """The reporter's own place stays; where it happens lies beside it."""
        located = self._districts.locate(command.position)
        place = IncidentPlace(
            position=command.position,
            fix=FixQuality(source=FixSource.TOLD, accuracy_m=command.accuracy_m),
            district=located.district,
            cell=located.cell,
        )
        return self._step(
            command,
            context,
            lambda report, who, at: report.locate_incident(place, operator_id=who, at=at),
        )

    def note_third_person(self, command: NoteThirdPerson, context: Context) -> Receipt:
        return self._step(
            command,
            context,
            lambda report, who, at: report.note_third_person(
                role=command.role, description=command.description, operator_id=who, at=at
            ),
        )
