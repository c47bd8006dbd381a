"""Forgetting a person: asked by one, confirmed by another, carried out and proved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, progress, say

if TYPE_CHECKING:
    from application.erasing import Forgotten
    from domain.erasure import ErasureReason
    from infrastructure.bootstrap import House

REMAINS_FOUND = 3

Login = Annotated[str | None, typer.Option(help="Log-in of an administrator or a supervisor.")]


def add_to(app: typer.Typer) -> None:
    app.command()(erase)


def erase(
    subject: Annotated[
        UUID | None,
        typer.Argument(help="A citizen's id or a scout's; or a report's, for third persons in it."),
    ] = None,
    reason: Annotated[
        str | None,
        typer.Option(
            help="withdrawn, requested, expired, ordered or other, with words after a colon; "
            "the words are sealed. With --decline: words only."
        ),
    ] = None,
    asked_by: Login = None,
    confirmed_by: Login = None,
    confirm: Annotated[UUID | None, typer.Option(help="A request that waits, by its id.")] = None,
    decline: Annotated[
        UUID | None, typer.Option(help="A request to turn down, by its id; with a --reason.")
    ] = None,
    declined_by: Login = None,
    listed: Annotated[bool, typer.Option("--list", help="Show what was asked and done.")] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Forget a person: destroy their keys, purge what lies beside, and search for what remains.

    Two persons are needed: one asks (--asked-by), another confirms (--confirmed-by), together or
    in two steps; until then the request can be declined (--decline, --declined-by). Exits 3 when
    the search finds something of the person in clear.
    """
    from interfaces.commands.opened import opened

    with opened() as house:
        if listed:
            _show(house, as_json=as_json)
            return
        if decline is not None:
            _declined(house, decline, reason, declined_by, as_json=as_json)
            return
        request = _asked(house, subject, reason, asked_by) if asked_by else confirm
        if confirmed_by is None:
            if request is None or not asked_by:
                raise typer.BadParameter("say who asks (--asked-by) or confirms (--confirmed-by)")
            _told_request(request, as_json=as_json)
            return
        request = request or _request_of(subject)
        forgotten = _carried_out(house, request, confirmed_by)
    _told(request, forgotten, as_json=as_json)


def _asked(house: House, subject: UUID | None, reason: str | None, asked_by: str) -> UUID:
    from application.erasure_commands import RequestErasure
    from interfaces.commands.opened import as_command

    if subject is None or reason is None:
        raise typer.BadParameter("name the SUBJECT and a --reason")
    context = as_command()
    code, text = _reason(reason)
    command = RequestErasure(
        subject=subject,
        reason=code,
        text=text,
        asked_by=house.staff_desk.staff_id_of(asked_by, context),
    )
    return house.erasure_desk.request(command, context).aggregate_id


def _reason(said: str) -> tuple[ErasureReason, str]:
    from domain.erasure import ErasureReason

    code, _, text = said.replace("/", ":", 1).partition(":")
    known = code.strip().lower()
    if known in set(ErasureReason):
        return ErasureReason(known), text.strip()
    return ErasureReason.OTHER, said


def _request_of(subject: UUID | None) -> UUID:
    from domain.erasure import Erasure

    if subject is None:
        raise typer.BadParameter("name the SUBJECT, or the request (--confirm)")
    return Erasure.create_id(subject)


def _carried_out(house: House, request: UUID, confirmed_by: str) -> Forgotten | None:
    """Confirm and carry out in one turn, so that nobody else destroys what must be searched for."""
    from application.erasure_commands import ConfirmErasure
    from application.errors import Conflict
    from interfaces.commands.opened import as_command

    context = as_command()
    who = house.staff_desk.staff_id_of(confirmed_by, context)
    done: list[Forgotten | None] = []

    def work() -> None:
        house.erasure_desk.confirm(ConfirmErasure(erasure_id=request, confirmed_by=who), context)
        with progress("forgetting") as advance:
            done.append(house.eraser.carry_out(request, context, advance))

    if not house.leftovers.one_at_a_time(request, work):
        raise Conflict("another process carries this erasure out: look at `ansim erase --list`")
    return done[0]


def _declined(
    house: House, request: UUID, reason: str | None, declined_by: str | None, *, as_json: bool
) -> None:
    from application.erasure_commands import DeclineErasure
    from interfaces.commands.opened import as_command

    if not reason or declined_by is None:
        raise typer.BadParameter("say who declines (--declined-by) and why (--reason)")
    context = as_command()
    who = house.staff_desk.staff_id_of(declined_by, context)
    command = DeclineErasure(erasure_id=request, reason=reason, declined_by=who)
    receipt = house.erasure_desk.decline(command, context)
    if as_json:
        print_json({"erased": False, "request": request, "stage": receipt.stage})
    else:
        say("declined: nothing was destroyed; who asks again starts anew")


def _told_request(request: UUID, *, as_json: bool) -> None:
    if as_json:
        print_json({"erased": False, "request": request, "stage": "requested"})
    else:
        say(f"asked; another person confirms: ansim erase --confirm {request} --confirmed-by LOGIN")


def _told(request: UUID, forgotten: Forgotten | None, *, as_json: bool) -> None:
    if forgotten is None:
        if as_json:
            print_json({"erased": True, "request": request, "stage": "done"})
        say("nothing to do: it has been carried out already")
        return
    searched = forgotten.searched
    if as_json:
        print_json(
            {
                "erased": forgotten.clean,
                "subject": forgotten.subject,
                "request": request,
                "stage": "done" if forgotten.clean else "remains",
                "keys": forgotten.keys,
                "receipts": forgotten.receipts,
                "deliveries": forgotten.deliveries,
                "searched": {
                    "values": forgotten.values,
                    "tables": searched.tables,
                    "files": searched.files,
                    "queue_keys": searched.queue_keys,
                    "bytes": searched.bytes_searched,
                },
                "found": searched.found,
            }
        )
    else:
        say(
            f"{forgotten.keys} keys destroyed; searched {', '.join(searched.places)} "
            f"({searched.bytes_searched:,} bytes) for {forgotten.values} forms of their values: "
            + ("nothing found" if forgotten.clean else "FOUND in " + "; ".join(searched.found))
        )
    if not forgotten.clean:
        raise typer.Exit(REMAINS_FOUND)


def _show(house: House, *, as_json: bool) -> None:
    from interfaces.commands.opened import as_command

    found = house.erasure_desk.listed(as_command())
    if as_json:
        print_json({"erasures": [one.model_dump(mode="json") for one in found]})
        return
    columns = ("erasure_id", "subject", "kind", "stage", "asked_at", "asked_by", "holds")
    print_table("Erasures", columns, ([getattr(one, c) for c in columns] for one in found))
