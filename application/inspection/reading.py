"""Who may see which forms: the lists are open, what a form says is opened and recorded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol
from uuid import UUID

from pydantic import BaseModel

from application.access import AccessKind, Task
from application.context import Context
from application.desk import allow
from application.errors import Forbidden
from application.inspection.commands import OpenedForm, Pieces
from application.inspection.rights import SEEING, allow_in
from application.ports import AccessLog
from application.read_models import Folds
from application.reading_desk import FOLD_WAIT_S
from application.safe_return import SafeReturn
from domain.base import Erased
from domain.geography import DistrictCode
from domain.inspection import DetectorPool, Inspection, facts, loan_facts
from domain.inspection.form import Form
from domain.roles import Role
from domain.staff import STAFF_ROLES

FOLD: Final = "inspections"
TEAMS: Final = "inspection_teams"
NOTED: Final = (
    facts.Declined,
    facts.NothingFound,
    facts.NotEntered,
    loan_facts.Declined,
    loan_facts.Returned,
    loan_facts.Lost,
)


class FormsView(Protocol):
    """Rows hold no personal data but as ciphertext, which stays in the house."""

    def forms(self, district: DistrictCode | None, *, unfinished: bool) -> Sequence[BaseModel]:
        """Oldest first; ``district`` None: of the whole city."""
        ...

    def teams(self, district: DistrictCode | None) -> Sequence[BaseModel]: ...

    def figures(self) -> Sequence[BaseModel]: ...


class FormsDesk:
    """Answers from the read models, and from a form itself, within the asker's rights."""

    def __init__(
        self, app: SafeReturn, *, view: FormsView, folds: Folds, access_log: AccessLog
    ) -> None:
        self._app = app
        self._view = view
        self._folds = folds
        self._access_log = access_log

    def forms(
        self,
        context: Context,
        *,
        district: DistrictCode | None = None,
        unfinished: bool = True,
        after: int | None = None,
    ) -> Sequence[BaseModel]:
        """What is asked of the districts that the asker sees.

        Raises:
            Forbidden: the asker sees none, or not this one.
        """
        scope = self._scope(context, district)
        if after is not None:
            self._folds.wait(FOLD, after, FOLD_WAIT_S)
        return self._view.forms(scope, unfinished=unfinished)

    def teams(
        self,
        context: Context,
        *,
        district: DistrictCode | None = None,
        after: int | None = None,
    ) -> Sequence[BaseModel]:
        """Who can be sent, and when they are spoken for."""
        scope = self._scope(context, district)
        if after is not None:
            self._folds.wait(TEAMS, after, FOLD_WAIT_S)
        return self._view.teams(scope)

    def pieces(self, context: Context, district: DistrictCode) -> Pieces:
        """The district's detectors: at home, with whom, or broken."""
        allow_in(context, district, *SEEING, Role.ADMINISTRATOR)
        pool = self._app.find(DetectorPool, DetectorPool.create_id(district))
        if pool is None:
            return Pieces(district=district)
        return Pieces(
            district=district,
            free=pool.free,
            reserved={mark: loan for loan, mark in pool.reserved.items()},
            broken=tuple(sorted(pool.broken)),
        )

    def figures(self, context: Context) -> Sequence[BaseModel]:
        """How many, by district, kind of building and month; no personal data."""
        allow(context, *STAFF_ROLES, Role.SYSTEM)
        return self._view.figures()

    def form(self, context: Context, form_id: UUID) -> OpenedForm:
        """All that a form says, opened for the asker and recorded.

        Raises:
            Unknown: there is no such form.
            Forbidden: it is another district's; the refusal is recorded.
        """
        form = self._app.load(Form, form_id)
        try:
            allow_in(context, form.district, *SEEING)
        except Forbidden:
            self._record(context, form, "form.refused", AccessKind.REFUSAL)
            raise
        self._record(context, form, "form.read", AccessKind.READ)
        return OpenedForm(
            form_id=form.id,
            reference=form.reference,
            name=_told(form.name_told),
            phone=_told(form.phone),
            place=_told(form.place) if isinstance(form, Inspection) else None,
            note=self._note(form_id),
            language=form.language,
            member=form.member,
        )

    def _note(self, form_id: UUID) -> str | None:
        notes: list[str] = []
        for fact in self._app.history(form_id):
            if isinstance(fact, facts.CameraFound):
                note = fact.evidence
            elif isinstance(fact, NOTED):
                note = fact.note
            else:
                continue
            if isinstance(note, str):
                notes.append(note)
        return notes[-1] if notes else None

    def _scope(self, context: Context, district: DistrictCode | None) -> DistrictCode | None:
        allow(context, *SEEING)
        own = context.principal.district
        if context.principal.role in {Role.OPERATOR, Role.SUPERVISOR}:
            if district not in {None, own}:
                raise Forbidden("another district's")
            return own
        return district

    def _record(self, context: Context, form: Form, what: str, kind: AccessKind) -> None:
        self._access_log.record(
            context,
            subject=form.applicant_id,
            what=what,
            why="inspection",
            kind=kind,
            about=form.id,
            task=Task.OVERSIGHT if context.principal.role is Role.AUDITOR else Task.RESPONSE,
        )


def _told(value: str | Erased) -> str | None:
    return value if isinstance(value, str) else None
