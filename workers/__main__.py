"""``python -m workers ROLE``: what the commands ``ansim schedule``, ``relay`` … become."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Final

ROLES: Final = {
    "schedule": "workers.scheduler",
    "relay": "workers.relay",
    "work": "workers.main",
    "project": "workers.projector",
    "custody": "workers.custody",
    "gateway": "workers.gateway",
}


def main(role: str) -> None:
    """Run one role until SIGTERM or SIGINT."""
    from infrastructure import bootstrap
    from workers.stopping import stop_on_signals

    stop = stop_on_signals()
    with bootstrap.start_role(role) as house:
        import_module(ROLES[role]).run(house, stop)


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ROLES:  # noqa: PLR2004 (the name and the role)
        sys.exit(f"usage: python -m workers [{'|'.join(ROLES)}]")
    main(sys.argv[1])
