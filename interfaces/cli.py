"""The `ansim` command. Nothing heavy is imported here: `ansim --help` answers at once."""

from __future__ import annotations

import sys

import typer

from interfaces.commands import (
    audit,
    audit_access,
    audit_checkpoints,
    audit_export,
    bells,
    clips,
    correcting,
    database,
    dead_letters,
    demo,
    erasure,
    holds,
    keys,
    lights,
    policy,
    projections,
    queue,
    reports,
    roles,
    simulate,
    staff,
    statistics,
    whatif,
)

app = typer.Typer(
    help="Ansim Dispatch: the control-room side of a city's safe-return service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # half the time of `--help` would go into importing rich
)
for group in (roles, queue, reports, demo, erasure, whatif, correcting):
    group.add_to(app)
app.add_typer(database.app, name="db")
app.add_typer(staff.app, name="staff")
app.add_typer(statistics.stats, name="stats")
app.add_typer(statistics.imports, name="import")
app.add_typer(projections.app, name="projections")
audit_access.add_to(audit.app)
audit_export.add_to(audit.app)
audit_checkpoints.add_to(audit.app, app)
app.add_typer(audit.app, name="audit")
app.add_typer(holds.app, name="hold")
app.add_typer(keys.app, name="keys")
app.add_typer(policy.app, name="policy")
app.add_typer(dead_letters.app, name="dead-letters")
app.add_typer(clips.app, name="clips")
simulate.add_to(bells.app, lights.app)
app.add_typer(bells.app, name="bells")
app.add_typer(lights.app, name="lights")


def main() -> None:
    """Run one command; what an operator can put right is one line on stderr, exit ≠ 0."""
    try:
        app()
    except Exception as error:
        from infrastructure.bootstrap import trouble

        known = trouble(error)
        if known is None:
            raise
        sys.stderr.write(f"ansim: {known.message}\n")
        sys.exit(known.exit_code)


if __name__ == "__main__":
    main()
