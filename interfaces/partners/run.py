"""Serve the simulated partners until the process is asked to end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

LOOPBACK: Final = "127.0.0.1"


def run_partners(  # noqa: PLR0913 (where they listen, and to whom they report)
    port: int,
    *,
    secret: bytes,
    ansim_url: str,
    journal: Path,
    smpp_port: int | None = None,
    host: str = LOOPBACK,
) -> None:
    """Listen on ``host:port``, report back to ``ansim_url``, keep the journal in ``journal``.

    The message centre speaks SMPP on ``smpp_port`` beside; None: it does not.
    """
    import uvicorn

    from interfaces.partners.app import SimulatedPartners

    partners = SimulatedPartners(
        secret=secret, ansim_url=ansim_url, journal=journal, smpp_port=smpp_port
    )
    uvicorn.run(
        partners.app(),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
