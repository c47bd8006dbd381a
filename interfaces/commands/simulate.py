"""Machines in the streets, played from a shell: bells that are pressed, lamps that are told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_lines, print_table, progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interfaces.devices.many_bells import OneBell, Wish

SHOWN_MAX = 20
NAMED_MAX = 3
MET_WITHIN_S = 10.0
SAYS = {"press": "press", "stuck": "stuck", "beat": "beat"}
HTTP = ("http", "https")
MQTT = ("mqtt", "mqtts")

To = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="URL",
        help="Where the bells speak: http(s)://HOST:PORT or mqtt(s)://USER:PASSWORD@HOST:PORT; "
        "by default the service that is set here (ANSIM_HOST, ANSIM_PORT).",
    ),
]

ToBroker = Annotated[
    bool, typer.Option("--mqtt", help="To the broker that is set here, ANSIM_MQTT_URL.")
]
What = Annotated[
    str,
    typer.Argument(
        metavar="WHAT",
        help="press (once), stuck (twelve times, as a button that is held) or beat (say that "
        "all is well).",
    ),
]


def add_to(bells: typer.Typer, lights: typer.Typer) -> None:
    bells.command(name="simulate")(simulate_bells)
    lights.command(name="simulate")(simulate_lights)


def simulate_bells(
    says: What,
    bell: Annotated[
        list[str] | None, typer.Option("--bell", help="This bell; may be repeated.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="So many bells, PREFIX1, PREFIX2 …")] = 1,
    prefix: Annotated[str, typer.Option(help="What those are called.")] = "SIM-",
    to: To = None,
    mqtt: ToBroker = False,
    times: Annotated[int | None, typer.Option(min=1, help="How often each of them.")] = None,
    every: Annotated[float, typer.Option(min=0, help="Seconds between two times.")] = 0.0,
    battery: Annotated[int, typer.Option(min=0, max=100, help="Their charge in per cent.")] = 90,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Without the signature that HTTP asks for.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Play emergency bells against a running service: real presses, which ring.

    Signed with ANSIM_PARTNER_SECRET, or the secret of the home. Exits with 1 unless all was taken.
    """
    from interfaces.devices.many_bells import TIMES, Says, Wish, play

    if says not in SAYS:
        raise typer.BadParameter(f"{says!r} is none of {', '.join(SAYS)}", param_hint="WHAT")
    address = _address(to, mqtt=mqtt, schemes=(*HTTP, *MQTT))
    over_http = address.startswith(HTTP)
    what = Says(says)
    wish = Wish(
        says=what,
        bell_nos=_numbers(bell, count, prefix, over_http=over_http),
        to=address,
        secret=_secret() if over_http and not unsigned else None,
        times=times or TIMES[what],
        every_s=every,
        battery_pct=battery,
    )
    with progress("bells") as advance:
        played = play(wish, advance=advance)
    _show_bells(wish, played, as_json=as_json)
    if any(one.confirmed < wish.times for one in played):
        raise typer.Exit(1)


def simulate_lights(
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="URL",
            help="The broker, mqtt(s)://USER:PASSWORD@HOST:PORT; by default ANSIM_MQTT_URL, or the "
            "simulated one of the home.",
        ),
    ] = None,
    network: Annotated[str, typer.Option(help="Only the lamps of this network.")] = "+",
    commands: Annotated[int | None, typer.Option(min=1, help="End after so many commands.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0, help="End after so many seconds.")] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Play smart lights at a broker, and show what they are told, until Ctrl-C.

    Other lamps hear the same commands beside. With --json one line for each command, and at last
    what each lamp does.
    """
    from interfaces.devices.lamps_heard import hear_lamps

    address = _address(to, mqtt=True, schemes=MQTT)
    if "/" in network or "#" in network:
        raise typer.BadParameter(f"{network!r} is no network", param_hint="--network")
    show = print_json if as_json else _show_command

    def told(line: dict[str, Any]) -> None:
        show(line)
        sys.stdout.flush()  # somebody may be reading along

    states = hear_lamps(
        address,
        network=network,
        met_within_s=MET_WITHIN_S,
        met=lambda: say("the lamps listen (Ctrl-C ends it)"),
        told=told,
        commands=commands,
        seconds=seconds,
    )
    if as_json:
        print_json({"lamps": states})
    else:
        print_table("Lamps", ("lamp", "does"), sorted(states.items())[:SHOWN_MAX])
        _more(len(states))


def _address(to: str | None, *, mqtt: bool, schemes: Sequence[str]) -> str:
    """Where to, as asked or as set here.

    Raises:
        BadParameter: it is no address of these kinds.
    """
    from urllib.parse import urlsplit

    if to is None:
        from infrastructure import bootstrap

        if mqtt:
            return bootstrap.House(role="simulate").mqtt_address.url
        settings = bootstrap.read_settings()
        return f"http://{settings.host}:{settings.port}"
    try:
        parts = urlsplit(to)
        known = parts.scheme in schemes and parts.hostname and (parts.port or True)
    except ValueError:
        known = False
    if not known:
        wanted = " or ".join(f"{one}://HOST:PORT" for one in schemes)
        raise typer.BadParameter(f"it must be {wanted}", param_hint="--to")
    return to


def _numbers(
    named: Sequence[str] | None, count: int, prefix: str, *, over_http: bool
) -> tuple[str, ...]:
    numbers = tuple(dict.fromkeys(named or [f"{prefix}{one}" for one in range(1, count + 1)]))
    unfit = [one for one in numbers if not one or (not over_http and {"/", "+", "#"} & {*one})]
    if unfit:
        raise typer.BadParameter(f"{unfit[0]!r} cannot be part of a topic", param_hint="--bell")
    return numbers


def _secret() -> bytes:
    from infrastructure import bootstrap

    return bootstrap.House(role="simulate").partner_secret


def _show_bells(wish: Wish, played: Sequence[OneBell], *, as_json: bool) -> None:
    if as_json:
        print_json(_told(wish, played))
        return
    total = _told(wish, played)
    say(
        f"{total['bells']:,} bells at {wish.shown}: {total['sent']:,} messages, "
        f"{total['confirmed']:,} taken, {total['reports']:,} reports"
    )
    for trouble, times in total["troubles"].items():
        say(f"{times:,} times: {trouble}")
    rows = [
        (one.bell_no, one.sent, one.confirmed, one.report_id, [*one.codes, *one.flags])
        for one in played
    ]
    print_table("Bells", ("bell", "sent", "taken", "report", "marks"), rows[:SHOWN_MAX])
    _more(len(rows))


def _told(wish: Wish, played: Sequence[OneBell]) -> dict[str, Any]:
    from collections import Counter
    from dataclasses import asdict

    troubles = sum((one.troubles for one in played), Counter[str]())
    return {
        "what": wish.says.value,
        "to": wish.shown,
        "bells": len(played),
        "sent": sum(one.sent for one in played),
        "confirmed": sum(one.confirmed for one in played),
        "joined": sum(one.joined for one in played),
        "reports": len({one.report_id for one in played if one.report_id}),
        "troubles": dict(troubles.most_common()),
        "each": [asdict(one) for one in played],
    }


def _show_command(line: dict[str, Any]) -> None:
    until = f" until {line['until']}" if line["until"] else ""
    lamps = line["lamps"]
    named = ", ".join(lamps[:NAMED_MAX]) + (" …" if len(lamps) > NAMED_MAX else "")
    what = f"{line['network']}: {line['told']}{until}, {len(lamps)} lamps: {named}"
    print_lines([f"{line['received_at']} {what}"])


def _more(count: int) -> None:
    if count > SHOWN_MAX:
        say(f"… and {count - SHOWN_MAX:,} more: --json shows all")
