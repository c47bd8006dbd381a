"""The applicant's side: a form is sent, looked up by its reference and code, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from application.context import Context
from application.desk import Desk, allow
from application.errors import Unknown
from application.inspection.commands import (
    AskDetector,
    AskForm,
    AskInspection,
    FormReceipt,
    FormState,
    OpenForm,
)
from application.inspection.freeing import freed
from application.ports import Districts, Secrets
from application.safe_return import Receipt
from application.tries import Bound, Doors, Tries
from domain.base import Erased
from domain.inspection import DetectorLoan, Inspection
from domain.inspection.form import Applicant, Form
from domain.inspection.refusals import ApplicantMissing, DistrictUnknown
from domain.member import Member
from domain.policy import Policy
from domain.roles import Role

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 of them, none of which is read for another."""
DRAWN: Final = 10
SENDING, LOOKING = "form.sent", "form.wrong_code"


class FormDesk(Desk):
    """Takes forms of anybody, and shows each to whoever has its code."""

    def __init__(
        self, *desk: Any, districts: Districts, secrets: Secrets, tries: Tries, policy: Policy
    ) -> None:
        super().__init__(*desk)
        self._districts = districts
        self._secrets = secrets
        self._doors = Doors(tries, self._clock)
        self._policy = policy

    def ask_inspection(self, command: AskInspection, context: Context) -> FormReceipt:
        """Take a request for a check; the code is told here, to whoever sent it, and nowhere else.

        Raises:
            TooManyAttempts: too many forms from this address.
            DistrictUnknown, ApplicantMissing, TimesUnfit: the form cannot be followed.
        """
        reference, code = Inspection.named(self._drawn()), self._drawn()

        def begin(applicant: Applicant) -> Inspection:
            return Inspection.request(
                reference=reference,
                applicant=applicant,
                district=command.district,
                building=command.building,
                place=command.place,
                wished=command.wished,
                at=self._clock.now(),
                policy=self._policy,
            )

        return self._taken(command, code, begin, context)

    def ask_detector(self, command: AskDetector, context: Context) -> FormReceipt:
        """Take a request for a detector; as ``ask_inspection``.

        Raises:
            LoanTooLong: for more days than one is lent.
        """
        reference, code = DetectorLoan.named(self._drawn()), self._drawn()

        def begin(applicant: Applicant) -> DetectorLoan:
            return DetectorLoan.request(
                reference=reference,
                applicant=applicant,
                district=command.district,
                building=command.building,
                days=command.days,
                at=self._clock.now(),
                policy=self._policy,
            )

        return self._taken(command, code, begin, context)

    def look_up(self, command: OpenForm, context: Context) -> FormState:
        """What became of a form.

        Raises:
            Unknown: no such form, or another code: which of them is not said.
            TooManyAttempts: too many wrong ones, from this address or for this reference.
        """
        form = self._opened(command, context)
        told: dict[str, Any] = {
            "reference": form.reference,
            "district": form.district,
            "declined": form.declined,
        }
        if isinstance(form, Inspection):
            return FormState(
                **told,
                kind="inspection",
                building=form.building,
                stage=form.stage,
                visit=form.visit,
                finding=form.finding,
            )
        loan = self._app.load(DetectorLoan, form.id)
        return FormState(
            **told,
            kind="detector_loan",
            building=loan.building,
            stage=loan.stage,
            collect_by=loan.collect_by,
            due_at=loan.due_at,
            overdue=loan.overdue,
        )

    def withdraw(self, command: OpenForm, context: Context) -> Receipt:
        """Take a form back; what was kept for it is free again.

        Raises:
            Unknown, TooManyAttempts: as ``look_up``.
            InspectionOver, LoanOver, LoanDecided: it is too late.
        """
        form_id = self._opened(command, context).id

        def attempt() -> Receipt:
            at = self._clock.now()
            form = self._app.find(Inspection, form_id) or self._app.load(DetectorLoan, form_id)
            form.withdraw(at=at)
            return self._app.commit(
                [form, *freed(self._app, form, at=at)],
                context=context,
                receipt=Receipt(aggregate_id=form.id),
            )

        return self._decide(context, Receipt, attempt)

    def _taken(
        self, command: AskForm, code: str, begin: Callable[[Applicant], Form], context: Context
    ) -> FormReceipt:
        allow(context, Role.CITIZEN, Role.ANONYMOUS, Role.SYSTEM)
        if command.district not in self._districts.codes():
            raise DistrictUnknown(command.district)

        def attempt() -> FormReceipt:
            form = begin(self._applicant(command, code, context))
            receipt = FormReceipt(aggregate_id=form.id, reference=form.reference)
            return self._app.commit([form], context=context, receipt=receipt)

        self._must_not_be_many(SENDING, (context.address,))
        receipt = self._decide(context, FormReceipt, attempt)
        self._keep(SENDING, (context.address,))
        told = self._app.load(Form, receipt.aggregate_id).code
        return receipt.model_copy(update={"code": told if isinstance(told, str) else None})

    def _applicant(self, command: AskForm, code: str, context: Context) -> Applicant:
        name, phone, applicant_id = command.name, command.phone, self._secrets.new_id()
        language = command.language
        member = context.principal.role is Role.CITIZEN
        if member:
            applicant_id = UUID(context.principal.id)
            person = self._app.load(Member, applicant_id)
            name, phone = name or _told(person.name), phone or _told(person.phone)
        if name is None or phone is None:
            raise ApplicantMissing("a name and a number")
        return Applicant(
            applicant_id=applicant_id,
            member=member,
            name=name,
            phone=phone,
            language=language,
            code=code,
        )

    def _opened(self, command: OpenForm, context: Context) -> Form:
        doors = (context.address, command.reference)
        self._must_not_be_many(LOOKING, doors)
        form = self._app.find(Form, Form.create_id(command.reference))
        if form is None or not form.opens(command.code):
            self._keep(LOOKING, doors)
            raise Unknown(command.reference)
        return form

    def _must_not_be_many(self, door: str, whose: tuple[str | None, ...]) -> None:
        bound = Bound(self._policy.form_tries_max, self._policy.form_tries_within_s)
        for who in whose:
            if who is not None:
                self._doors.must_not_be_many(door, who, bound)

    def _keep(self, door: str, whose: tuple[str | None, ...]) -> None:
        for who in whose:
            if who is not None:
                self._doors.keep(door, who)

    def _drawn(self) -> str:
        """Ten characters of a drawn secret."""
        bits = int.from_bytes(sha256(self._secrets.new_secret().encode()).digest())
        return "".join(LETTERS[(bits >> (5 * place)) % len(LETTERS)] for place in range(DRAWN))


def _told(value: str | Erased) -> str | None:
    return value if isinstance(value, str) else None
