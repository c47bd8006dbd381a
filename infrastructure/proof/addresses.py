"""Which witness an address names: ``file:``, ``postgresql:``, ``http(s):`` or ``s3:``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from collections.abc import Callable

    from application.ports import Witness


def witnesses_at(
    addresses: str, *, timeout_s: float, keys: Callable[[], bytes]
) -> tuple[Witness, ...]:
    """All of a list with commas.

    Raises:
        AnsimError: one is no address of a witness.
    """
    named = [one.strip() for one in addresses.split(",") if one.strip()]
    return tuple(witness_at(one, timeout_s=timeout_s, keys=keys) for one in named)


def witness_at(address: str, *, timeout_s: float, keys: Callable[[], bytes]) -> Witness:
    """One of them; ``keys`` gives ``trusted.json``, which an HTTP witness is told."""
    match urlsplit(address):
        case ("file", "", path, "", "") if path:
            from infrastructure.proof.folder_witness import FolderWitness

            return FolderWitness(Path(path).expanduser().absolute())
        case ("postgresql" | "postgres", _, _, _, _):
            from infrastructure.proof.postgres_witness import PostgresWitness

            return PostgresWitness(address, timeout_s=timeout_s)
        case ("http" | "https", host, _, "", "") if host:
            from infrastructure.proof.http_witness import HttpWitness

            return HttpWitness(address, timeout_s=timeout_s, keys=keys)
        case ("s3", bucket, prefix, query, "") if bucket:
            from infrastructure.proof.s3_witness import S3Witness

            return S3Witness(bucket, prefix.strip("/"), query=query, timeout_s=timeout_s)
        case _:
            raise AnsimError(
                f"{address!r} is no address of a witness: ANSIM_WITNESSES takes file:/PATH,"
                " postgresql://…, https://HOST/ or s3://BUCKET/PREFIX, with commas between"
            )
