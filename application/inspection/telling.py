"""What applicants are told, at the number that their form names."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from domain.base import Erased
from domain.inspection import DetectorLoan, Inspection
from domain.inspection.form import Form
from domain.message import Message, Recipient, RecipientKind
from domain.policy import SEOUL

if TYPE_CHECKING:
    from application.safe_return import SafeReturn


def told(form: Form, phrase: str, *, at: datetime) -> Message:
    """A message of the fact that has just happened to the form; to be saved along with it."""
    return Message.compose(
        about=form.id,
        occasion=f"{phrase}:{form.version}",
        citizen_id=form.applicant_id,
        recipient=Recipient(
            kind=RecipientKind.APPLICANT, recipient_id=form.applicant_id, language=form.language
        ),
        phrase=phrase,
        words=_words(form),
        at=at,
    )


def number_of_applicant(app: SafeReturn, message: Message) -> str | None:
    """Where the applicant of a form can be reached; None once they are erased."""
    form = app.find(Form, message.about)
    return None if form is None or isinstance(form.phone, Erased) else form.phone


def _words(form: Form) -> dict[str, str]:
    words = {"reference": form.reference}
    moment = None
    if isinstance(form, Inspection) and form.visit is not None:
        moment = form.visit.begins_at
    if isinstance(form, DetectorLoan):
        moment = form.due_at or form.collect_by
    if moment is not None:
        words["at"] = moment.astimezone(SEOUL).strftime("%m/%d %H:%M")
    return words
