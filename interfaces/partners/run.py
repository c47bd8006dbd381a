"""Serve the simulated partners until the process is asked to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK: Final = "127.0.0.1"


def run_partners(
    port: int, *, secret: bytes, ansim_url: str, journal: Path, host: str = LOOPBACK
) -> None:
    """Listen on ``host:port``, report back to ``ansim_url``, keep the journal in ``journal``."""
    import uvicorn

    from interfaces.partners.app import SimulatedPartners

    partners = SimulatedPartners(secret=secret, ansim_url=ansim_url, journal=journal)
    uvicorn.run(
        partners.app(),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
