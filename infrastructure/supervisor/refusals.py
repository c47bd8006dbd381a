"""What is looked at before anything starts, so that it is said in one line and not in a log."""

from __future__ import annotations

import errno
import socket

import psutil

from infrastructure.embedded.errors import AnsimError

LEAST_POSTGRES = 150000
CONNECT_S = 5


def refuse_unusable_port(host: str, port: int) -> None:
    """Refuse a web address on which nothing could listen now.

    Raises:
        AnsimError: says why, and what to do.
    """
    change = "or set ANSIM_PORT to another"
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        raise AnsimError(f"ANSIM_HOST {host}: {error.strerror}: set it to 127.0.0.1") from error
    except OSError as error:
        match error.errno:
            case errno.EADDRINUSE:
                why = f"is taken{_listener(port)}: stop that, {change}"
            case errno.EACCES:
                why = f"needs rights that you lack: take one above 1023, {change}"
            case _:
                why = f"cannot be used ({error.strerror}): mend ANSIM_HOST, {change}"
        raise AnsimError(f"port {port} on {host} {why}") from error


def _listener(port: int) -> str:
    try:
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,):
                name = psutil.Process(connection.pid).name() if connection.pid else ""
                return f" by {name} (pid {connection.pid})" if name else ""
    except psutil.Error:  # macOS shows others' sockets to root only
        pass
    return ""


def refuse_unusable_database(url: str, *, setting: str) -> None:
    """Refuse an address behind which no PostgreSQL that we can use answers.

    Raises:
        AnsimError: says why without the password, and what to do.
    """
    import psycopg

    instead = f"correct {setting}, or unset it for the embedded server"
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_S) as connection:
            version = connection.info.server_version
    except psycopg.ProgrammingError:  # its text may repeat the address, password and all
        raise AnsimError(
            f"{setting} is no address like postgresql://user:password@host:5432/name: {instead}"
        ) from None
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise AnsimError(f"{setting}: PostgreSQL lets nobody in: {reason}: {instead}") from None
    if version < LEAST_POSTGRES:
        raise AnsimError(
            f"{setting}: PostgreSQL {version // 10000} is too old, 15 is the least: {instead}"
        )


def refuse_unusable_redis(url: str) -> None:
    """Refuse an address behind which no Redis answers.

    Raises:
        AnsimError: says why without the password, and what to do.
    """
    import redis

    instead = "correct ANSIM_REDIS_URL, or unset it for the embedded server"
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=CONNECT_S, socket_timeout=CONNECT_S
        ) as client:
            client.ping()
    except ValueError:
        raise AnsimError(
            f"ANSIM_REDIS_URL is no address like redis://:password@host:6379/0: {instead}"
        ) from None
    except redis.RedisError as error:
        raise AnsimError(f"ANSIM_REDIS_URL: Redis does not answer: {error}: {instead}") from None
