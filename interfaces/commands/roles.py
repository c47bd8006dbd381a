"""The processes of the service, all at once or one by one."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from interfaces.commands.options import Home
from interfaces.commands.output import say

WORKER_ROLES = ("project", "schedule", "relay", "work", "custody", "gateway")


def add_to(app: typer.Typer) -> None:
    roles = (serve, project, schedule, relay, work, custody, gateway, partners, broker)
    for command in (up, down, migrate, *roles):
        app.command()(command)
    app.command(name="demo-city")(demo_city)


def up(
    home: Home = None,
    demo: Annotated[bool, typer.Option("--demo", help="Let a demo city live on it.")] = False,
    without: Annotated[
        list[str] | None, typer.Option("--without", help="Leave a role out; may be repeated.")
    ] = None,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", hidden=True, help="End when stdin is closed.")
    ] = False,
) -> None:
    """Run everything under one parent until Ctrl-C: servers, migrations, all roles."""
    from infrastructure import bootstrap

    settings = bootstrap.read_settings()
    address = f"http://{settings.host}:{settings.port}/"

    def tell() -> None:
        say(f"Ansim starts on {address} (Ctrl-C stops it); logs lie in {settings.home}/logs")
        if demo:
            _show_when_written(settings.home / "demo" / "welcome.txt")

    if until_eof:
        _end_with_stdin()
    bootstrap.set_up_log_lines("up")
    bootstrap.supervise(demo=demo, without=tuple(without or ()), started=tell)


def _show_when_written(welcome: Path) -> None:
    """The city is another process: it leaves its log-ins in a file, which is shown here."""
    from threading import Thread
    from time import sleep

    welcome.unlink(missing_ok=True)

    def watch() -> None:
        while not welcome.exists():
            sleep(0.2)
        say(welcome.read_text())

    Thread(target=watch, name="welcome", daemon=True).start()


def _end_with_stdin() -> None:
    """Whoever started us holds the other end: when it dies, however it dies, we stop."""
    from threading import Thread

    def watch() -> None:
        while os.read(0, 1024):  # not through sys.stdin, whose lock would outlive the thread
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=watch, name="until-eof", daemon=True).start()


def down(home: Home = None) -> None:
    """Stop whatever runs on the home: the parent and its roles, or servers left behind."""
    from infrastructure import bootstrap

    stopped = bootstrap.take_down()
    say(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


def migrate(home: Home = None) -> None:
    """Bring the database to this version's shape; safe to repeat."""
    from infrastructure import bootstrap

    bootstrap.migrate(bootstrap.owner_address())
    say("the database has this version's shape")


def serve() -> None:
    """Serve the HTTP API and the pages (role `serve`)."""
    from infrastructure import bootstrap
    from interfaces.http.app import serve as serve_web

    with bootstrap.start_role("serve") as house:
        serve_web(house)


def project() -> None:
    """Fold facts into read models (role `project`)."""
    _become_worker("project")


def schedule() -> None:
    """Ask reports when their moments have come (role `schedule`)."""
    _become_worker("schedule")


def relay() -> None:
    """Hand due deliveries to the workers (role `relay`)."""
    _become_worker("relay")


def work() -> None:
    """Execute deliveries (role `work`)."""
    _become_worker("work")


def custody() -> None:
    """Seal what has been written, and keep it by its rules (role `custody`)."""
    _become_worker("custody")


def gateway() -> None:
    """Hear the emergency bells that speak MQTT (role `gateway`)."""
    _become_worker("gateway")


def broker(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on the loopback.")] = 8183,
    journal: Annotated[Path | None, typer.Option(help="Where the lamps keep what they do.")] = None,
    home: Home = None,
) -> None:
    """Play the MQTT broker and the smart lights, for demos and tests only (role `broker`)."""
    from infrastructure import bootstrap
    from interfaces.devices.broker import run_broker

    bootstrap.set_up_log_lines("broker")
    house = bootstrap.House(role="broker")
    run_broker(
        port,
        password=house.partner_secret.decode(),
        journal=journal or house.home.path / "partners" / "lamps.jsonl",
    )


def _become_worker(role: str) -> None:
    """Replace this process: the rooms `interfaces` and `workers` do not import each other."""
    safe_path: Sequence[str] = ("-P",) if sys.flags.safe_path else ()
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *safe_path, "-m", "workers", role])  # noqa: S606


def partners(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on the loopback.")] = 8112,
    smpp_port: Annotated[
        int | None,
        typer.Option("--smpp-port", min=1, max=65535, help="Port of the message centre's SMPP."),
    ] = None,
    journal: Annotated[Path | None, typer.Option(help="Where they keep what they took in.")] = None,
    home: Home = None,
) -> None:
    """Play the police, the ambulance and the telephone exchange (role `partners`)."""
    from infrastructure import bootstrap
    from interfaces.partners.run import run_partners

    bootstrap.set_up_log_lines("partners")
    house = bootstrap.House(role="partners")
    settings = house.settings
    run_partners(
        port,
        secret=house.partner_secret,
        ansim_url=f"http://{settings.host}:{settings.port}",
        smpp_port=smpp_port,
        journal=journal or house.home.path / "partners" / "journal.jsonl",
    )


def demo_city() -> None:
    """Let synthetic citizens and operators live on a running service (role `demo-city`)."""
    from interfaces.demo.city import live

    live()
