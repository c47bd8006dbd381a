"""Who may take a case out of the house, and what is kept of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Final, Protocol
from uuid import UUID

from pydantic import StringConstraints

from application import case_file
from application.access import Access, AccessKind, Task, others_in
from application.case_file import Case, CaseRow, OpenedPart
from application.context import Context
from application.desk import Desk
from application.errors import ApplicationError, Forbidden, Unknown
from application.ports import AccessLog, Clock, Receipts, Secrets, Unsealer
from application.safe_return import Receipt, SafeReturn
from domain.base import DomainError, Value
from domain.checkpoint import SignedCheckpoint, key_id_of
from domain.emergency import Emergency
from domain.emergency.refusals import ReasonNeeded
from domain.merkle import Tree
from domain.roles import Role
from domain.staff import StaffMember

EXPORTERS: Final = frozenset({Role.AUDITOR, Role.SYSTEM})
WHAT: Final = "report.export"
NO_NUL: Final = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL in a text, and the reason stands in the access record."""


class ExportReport(Value):
    """``on_behalf_of`` is the auditor for whom a command of the machine was run."""

    report_id: UUID
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]
    recipient: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=NO_NUL)]
        | None
    ) = None
    on_behalf_of: UUID | None = None


class ExportReceipt(Receipt):
    export_id: UUID
    facts: int
    last_position: int
    checkpoint: int
    key_id: str
    manifest_sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """The answer: the bundle's files by their paths in it."""

    receipt: ExportReceipt
    files: Mapping[str, bytes]
    at: datetime


class CaseRows(Protocol):
    def of(self, report_id: UUID) -> Sequence[CaseRow]:
        """The report's rows in order; empty for none."""
        ...


class Sealing(Protocol):
    """Checkpoints, what lies under them, and the key that signs them."""

    def seal_upto(self, position: int, reason: str) -> SignedCheckpoint:
        """A checkpoint, signed with the present key, that covers ``position``."""
        ...

    def tree(self, signed: SignedCheckpoint) -> Tree:
        """The tree of facts that the checkpoint's root stands for."""
        ...

    def sign(self, text: bytes) -> tuple[bytes, bytes]:
        """Signature and raw public key of the present key."""
        ...


class Clips(Protocol):
    def of(self, report_id: UUID) -> Mapping[str, bytes]:
        """The case's recordings by file name; empty where there are none."""
        ...


Papers = Callable[[Case], Mapping[str, bytes]]
"""Writes what people read: the timeline, the instructions, the verifier."""


class ExportDesk(Desk):
    """Hands out a report's history with its proof; every export, and every refusal, is kept."""

    def __init__(  # noqa: PLR0913
        self,
        app: SafeReturn,
        clock: Clock,
        receipts: Receipts,
        *,
        rows: CaseRows,
        sealing: Sealing,
        clips: Clips,
        unsealer: Unsealer,
        access_log: AccessLog,
        secrets: Secrets,
    ) -> None:
        super().__init__(app, clock, receipts)
        self._rows = rows
        self._sealing = sealing
        self._clips = clips
        self._unsealer = unsealer
        self._access_log = access_log
        self._secrets = secrets

    def export(self, command: ExportReport, context: Context, papers: Papers) -> Exported:
        """Make the bundle, and keep that it was made, before it is handed out.

        A repeat is another export: a fact and access records of its own.

        Raises:
            Forbidden: only an auditor may, or the machine's own command.
            Unknown: there is no such report.
            ReasonNeeded: no reason was given.
        """
        self._permit(command, context)
        rows = self._rows.of(command.report_id)
        self._record(command, context, rows)
        signed = self._sealing.seal_upto(rows[-1].position, f"export of {command.report_id}")
        opened = [
            OpenedPart(row.position, part.subject, self._unsealer.unseal(part))
            for row in rows
            for part in row.parts
        ]
        at = self._clock.now()
        case = Case(
            report_id=command.report_id,
            export_id=self._secrets.new_id(),
            exported_at=at,
            exported_by=_exporter(command, context),
            reason=command.reason,
            recipient=command.recipient,
            rows=rows,
            opened=opened,
            signed=signed,
            key_id=key_id_of(signed.public_key),
        )
        files = self._files(case, papers)
        return Exported(self._kept(command, context, case, files), files, at)

    def _permit(self, command: ExportReport, context: Context) -> None:
        report = self._app.find(Emergency, command.report_id)
        refusal = self._refusal(command, context, report)
        if refusal is None:
            return
        whose = command.report_id if report is None else report.citizen_id or report.id
        self._access_log.record(
            context,
            subject=whose,
            what=f"{WHAT}.refused",
            why=f"{refusal.code}: {command.reason}".rstrip(": "),
            kind=AccessKind.REFUSAL,
            about=command.report_id,
            task=Task.OVERSIGHT,
        )
        raise refusal

    def _refusal(
        self, command: ExportReport, context: Context, report: Emergency | None
    ) -> ApplicationError | DomainError | None:
        if context.principal.role not in EXPORTERS:
            return Forbidden(context.principal.role)
        if report is None:
            return Unknown(str(command.report_id))
        if command.on_behalf_of is not None:
            named = self._app.find(StaffMember, command.on_behalf_of)
            if named is None or named.left or named.role is not Role.AUDITOR:
                return Forbidden("a case is exported for an auditor only")
        return None if command.reason else ReasonNeeded("say why the case is exported")

    def _files(self, case: Case, papers: Papers) -> dict[str, bytes]:
        sealed = case.signed.checkpoint.facts
        tree = self._sealing.tree(case.signed)
        paths = {row.position: tree.inclusion_proof(row.position - 1) for row in case.rows}
        files = {
            case_file.FACTS: case_file.lines(row.line() for row in case.rows),
            case_file.PERSONAL: case_file.lines(part.line() for part in case.opened),
            case_file.PROOFS: case_file.proofs(sealed.size, sealed.root, paths),
            case_file.CHECKPOINT: case.signed.to_json(),
            case_file.PUBLIC_KEY: case_file.public_key_pem(case.signed.public_key),
            **papers(case),
        }
        for name, clip in self._clips.of(case.report_id).items():
            files[f"{case_file.CLIPS}{name}"] = clip
        text = case_file.manifest_text(case, files)
        signature, public_key = self._sealing.sign(text)
        files[case_file.MANIFEST] = case_file.signed_manifest(
            text, signature=signature, public_key=public_key
        )
        return files

    def _record(self, command: ExportReport, context: Context, rows: Sequence[CaseRow]) -> None:
        """One record for the citizen (or a report of nobody known), one for each other person."""
        report = self._app.load(Emergency, command.report_id)
        whose = report.citizen_id or report.id
        access = Access(
            subject=whose,
            what=WHAT,
            why=_why(command),
            kind=AccessKind.EXPORT,
            about=report.id,
            task=Task.OVERSIGHT,
            recipient=command.recipient,
        )
        others = others_in((part for row in rows for part in row.parts), report.id) - {whose}
        self._access_log.record_all(
            context,
            [
                access,
                *(access.model_copy(update={"subject": one}) for one in sorted(others)),
            ],
        )

    def _kept(
        self, command: ExportReport, context: Context, case: Case, files: Mapping[str, bytes]
    ) -> ExportReceipt:
        manifest_sha256 = sha256(files[case_file.MANIFEST]).hexdigest()
        receipt = ExportReceipt(
            aggregate_id=case.report_id,
            export_id=case.export_id,
            facts=len(case.rows),
            last_position=case.rows[-1].position,
            checkpoint=case.signed.checkpoint.number,
            key_id=case.key_id,
            manifest_sha256=manifest_sha256,
        )

        def attempt() -> ExportReceipt:
            report = self._app.load(Emergency, case.report_id)
            report.export(
                export_id=case.export_id,
                exported_by=_auditor(command, context),
                reason=case.reason,
                recipient=case.recipient,
                last_position=receipt.last_position,
                checkpoint=receipt.checkpoint,
                manifest_sha256=manifest_sha256,
                at=case.exported_at,
            )
            return self._app.commit([report], context=context, receipt=receipt)

        return self._decide(context, ExportReceipt, attempt)


def _why(command: ExportReport) -> str:
    """The reason; where a command of the machine was run, for whom it says it was."""
    asked_by = command.on_behalf_of
    return command.reason if asked_by is None else f"{command.reason} ({Role.AUDITOR}:{asked_by})"


def _auditor(command: ExportReport, context: Context) -> UUID | None:
    if context.principal.role is Role.AUDITOR:
        return UUID(context.principal.id)
    return command.on_behalf_of


def _exporter(command: ExportReport, context: Context) -> str:
    auditor = _auditor(command, context)
    return context.principal.actor if auditor is None else f"{Role.AUDITOR}:{auditor}"
