"""Ports of the IPv4 loopback address, on which embedded servers listen."""

from __future__ import annotations

import secrets
import socket

LOOPBACK = "127.0.0.1"


# Below the ports that systems give to outgoing connections (Linux: from 32768): none of those may
# sit on a kept port while its server is down.
KEPT = range(20_000, 32_000)


def free_port() -> int:
    """Any port of the range that nobody listens on now."""
    while True:
        port = secrets.choice(KEPT)
        if is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
