"""Hand a case out as evidence that anyone can check."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home, InLanguage, language_of
from interfaces.commands.output import print_json, progress, say

if TYPE_CHECKING:
    from application.export_desk import Exported
    from domain.language import Language
    from infrastructure.bootstrap import House


def add_to(app: typer.Typer) -> None:
    app.command()(export)


def export(
    report_id: Annotated[UUID, typer.Argument(help="The report.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", dir_okay=False, help="The ZIP file to write; new.")
    ],
    reason: Annotated[
        str, typer.Option(help="Why it leaves the house; stands in the log and the access record.")
    ] = "",
    recipient: Annotated[
        str | None, typer.Option("--for", metavar="WHOM", help="To whom it is given.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="The auditor on whose behalf you run this.")
    ] = None,
    language: InLanguage = "ko",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Export one case: its facts, their proofs, a readable timeline, and a verifier.

    Unpacked anywhere, `python -I verify.py` says whether anything was changed. The export is a fact
    of the case, and leaves an access record for everybody whose data it holds.
    """
    from interfaces.commands.opened import opened

    spoken = language_of(language)
    if output.exists():
        raise typer.BadParameter(f"{output} is there already: give another name", param_hint="-o")
    if not output.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {output.parent}", param_hint="-o")
    with opened() as house, progress("exporting"):
        made = _made(house, report_id, reason=reason, recipient=recipient, by=by, language=spoken)
        size = _write(output, made)
    if as_json:
        print_json({**made.receipt.model_dump(mode="json"), "file": str(output), "bytes": size})
        return
    told = made.receipt
    say(f"{output}: {told.facts} facts, checkpoint {told.checkpoint}, {size:,} bytes")
    say(f"signed by key {told.key_id}; to check: unpack, then python -I verify.py")


def _made(
    house: House,
    report_id: UUID,
    *,
    reason: str,
    recipient: str | None,
    by: str | None,
    language: Language,
) -> Exported:
    from pydantic import ValidationError

    from application.export_desk import ExportReport
    from interfaces.case_file.papers import CasePapers
    from interfaces.commands.opened import as_command

    context = as_command()
    auditor = None if by is None else house.staff_desk.staff_id_of(by, context)
    try:
        command = ExportReport(
            report_id=report_id, reason=reason, recipient=recipient, on_behalf_of=auditor
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    papers = CasePapers(language, house.districts.codes())
    return house.export_desk.export(command, context, papers)


def _write(path: Path, made: Exported) -> int:
    """For the owner only: it holds personal data."""
    from interfaces.case_file.bundle import zipped

    content = zipped(made.files, made.at)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return len(content)
