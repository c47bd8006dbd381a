"""Checkpoints by hand, the keys that sign them, and a witness for somebody else's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

keys = typer.Typer(help="The keys that sign checkpoints.", no_args_is_help=True)
witness = typer.Typer(help="Keep somebody else's checkpoints.")

WITNESS_PORT = 8113


def add_to(audit: typer.Typer, app: typer.Typer) -> None:
    audit.command()(checkpoint)
    audit.add_typer(keys, name="keys")
    app.add_typer(witness, name="witness")


def checkpoint(as_json: AsJson = False, home: Home = None) -> None:
    """Seal what is new now, and tell the witnesses; shows the newest checkpoint."""
    from interfaces.commands.opened import opened

    with opened() as house:
        sealed = house.notary.seal("command")
        newest = house.notary.latest()
        witnesses = house.notary.standings()
    if as_json:
        shown = newest.checkpoint.model_dump(mode="json") if newest else None
        print_json(
            {
                "sealed": sealed is not None,
                "checkpoint": shown,
                "witnesses": [one._asdict() for one in witnesses],
            }
        )
        return
    if newest is None:
        say("there is nothing to seal yet")
        return
    one = newest.checkpoint
    print_table(
        "Newest checkpoint" if sealed else "Newest checkpoint; nothing is new since",
        ("number", "sealed at", "facts", "access records", "root of facts", "key"),
        [(one.number, one.sealed_at, one.facts.size, one.access.size, one.facts.root, one.key_id)],
    )
    print_table(
        "Witnesses",
        ("witness", "holds", "failing since", "trouble"),
        [(each.name, each.number, each.failing_since, each.trouble) for each in witnesses],
    )


@keys.command(name="list")
def list_keys(as_json: AsJson = False, home: Home = None) -> None:
    """Show every key that may sign, or might once."""
    with _house() as house:
        trusted = house.signing_keys.trusted()
        current = house.signing_keys.current().key_id
    if as_json:
        shown = [
            one.model_dump(mode="json") | {"key_id": one.key_id, "current": one.key_id == current}
            for one in trusted.keys
        ]
        print_json({"origin": trusted.origin, "keys": shown})
        return
    print_table(
        f"Keys of {trusted.origin}",
        ("key", "from", "until", "endorsed by", "signs now", "public key"),
        [
            (
                one.key_id,
                one.since,
                one.until,
                one.endorsement.by if one.endorsement else None,
                one.key_id == current,
                one.public_key,
            )
            for one in trusted.keys
        ],
    )


@keys.command()
def rotate(
    lost: Annotated[
        bool,
        typer.Option(
            "--lost", help="The old private key is gone: begin with one that nobody endorses."
        ),
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Sign with a new key from now on; the old one endorses it and is trusted for 24 h more."""
    from interfaces.commands.opened import opened

    with opened() as house:
        key = house.signing_keys.rotate(house.clock.now(), lost=lost)
        trusted = house.signing_keys.trusted_file
    if as_json:
        print_json({"key_id": key.key_id, "public_key": key.public_key, "from": key.since})
    else:
        say(f"{key.key_id} signs from now on; give {trusted} to whoever verifies")


@witness.callback(invoke_without_command=True)
def serve_witness(
    context: typer.Context,
    folder: Annotated[Path, typer.Option(help="Where the checkpoints are kept.")] = Path("witness"),
    trusted: Annotated[
        Path, typer.Option(help="The keys whose checkpoints are taken: a copy of trusted.json.")
    ] = Path("trusted.json"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = WITNESS_PORT,
) -> None:
    """Serve a witness over HTTP: it takes checkpoints of trusted keys and gives none back.

    It needs no database, and belongs on a machine that others rule.
    """
    if context.invoked_subcommand is not None:
        return
    import uvicorn

    from infrastructure import bootstrap
    from interfaces.witness import create_witness

    bootstrap.set_up_log_lines("witness")
    with _house() as house:
        application = create_witness(house.served_witness(folder, trusted))
    say(f"a witness of {trusted} listens on http://{host}:{port}/ and keeps what comes in {folder}")
    uvicorn.run(application, host=host, port=port, log_level="warning", access_log=False)


@witness.command()
def init(
    address: Annotated[str, typer.Argument(help="postgresql://… as the owner of that database.")],
    publisher: Annotated[
        str | None, typer.Option(help="The role there that is to publish; gets rights to no more.")
    ] = None,
) -> None:
    """Make the schema of a witness in a second PostgreSQL."""
    with _house() as house:
        house.make_witness(address, publisher)
    say("the database is a witness now: name it in ANSIM_WITNESSES, as the publishing role")


def _house() -> House:
    """A house of which no database is asked."""
    from infrastructure import bootstrap

    return bootstrap.House(role="command")
