"""The roles that a supervisor runs, what each is told, and when each stops."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from infrastructure.embedded.home import Home
    from infrastructure.settings import Settings

ROOT = Path(__file__).parents[2]
# `-P`: a folder called `interfaces` where the command was typed must not be taken for ours.
ANSIM = (sys.executable, "-P", "-m", "interfaces.cli")
# Who feeds others stops before them: nothing is begun that nobody would finish. Custody stops
# when all is written that will be, and seals it.
STOP_STEPS = {
    "demo-city": 0,
    "serve": 1,
    "gateway": 1,
    "schedule": 2,
    "relay": 2,
    "work": 3,
    "custody": 4,
    "project": 5,
    "partners": 6,
    "broker": 6,
}

ALARMS_DOOR = "serve"
BEHIND_ALARMS = 5

STANDARD = ("serve", "project", "schedule", "relay", "work", "custody", "gateway")


@dataclass(frozen=True, slots=True)
class Role:
    """One process; roles of a lower ``stop_step`` have ended before it is asked to end."""

    name: str
    command: tuple[str, ...]
    stop_step: int

    @property
    def niceness(self) -> int:
        """Below the web role's: when the processor is short, alarms are taken in first."""
        return 0 if self.name == ALARMS_DOOR else BEHIND_ALARMS


def ansim_role(name: str, *options: str) -> Role:
    """The role that the command ``ansim NAME`` runs."""
    return Role(name, (*ANSIM, name, *options), STOP_STEPS[name])


def standard_roles(
    settings: Settings, home: Home, *, demo: bool = False, without: Collection[str] = ()
) -> list[Role]:
    """All that one machine needs, in starting order.

    The simulators of partners and broker only when the settings name none; the ``demo`` city on
    wish; ``without`` leaves roles out by name. The home's lock must be held: a port may be kept.

    Raises:
        AnsimError: there is no role of a name in ``without``.
    """
    if unknown := sorted(set(without) - set(STOP_STEPS)):
        raise AnsimError(f"no role is called {unknown[0]!r}: there are {', '.join(STOP_STEPS)}")
    roles = [ansim_role(name) for name in STANDARD]
    if settings.partners_url is None:
        ports = ("--port", str(home.port("partners")), "--smpp-port", str(home.port("smpp")))
        roles.insert(0, ansim_role("partners", *ports))
    if settings.mqtt_url is None:
        roles.insert(0, ansim_role("broker", "--port", str(home.port("broker"))))
    if demo:
        roles.append(ansim_role("demo-city"))
    return [role for role in roles if role.name not in without]


def role_environment(
    settings: Settings, home: Home, *, database_url: str, redis_url: str
) -> Mapping[str, str]:
    """What a role is told: the service's own addresses, never the owner's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment.pop("ANSIM_ADMIN_DATABASE_URL", None)
    if settings.partners_url is not None:
        environment["ANSIM_PARTNERS_URL"] = settings.partners_url
    elif (port := home.known_port("partners")) is not None:
        environment["ANSIM_PARTNERS_URL"] = f"http://{LOOPBACK}:{port}"
    if settings.mqtt_url is not None:
        environment["ANSIM_MQTT_URL"] = settings.mqtt_url
    paths = [str(ROOT), environment.get("PYTHONPATH", "")]
    return environment | {
        "ANSIM_HOME": str(home.path),
        "ANSIM_HOST": settings.host,
        "ANSIM_PORT": str(settings.port),
        "ANSIM_DATABASE_URL": database_url,
        "ANSIM_REDIS_URL": redis_url,
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
        "PYTHONUNBUFFERED": "1",
    }
