"""Which store of clips an address names: ``file:`` or ``s3:``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from application.clips.ports import ClipStore

TIMEOUT_S: Final = 5.0


def store_at(address: str) -> ClipStore:
    """The store.

    Raises:
        AnsimError: it is no address of one.
    """
    match urlsplit(address):
        case ("file", "", path, "", "") if path:
            from infrastructure.clips.folder_store import FolderStore

            return FolderStore(Path(path).expanduser().absolute())
        case ("s3", bucket, prefix, query, "") if bucket:
            from infrastructure.clips.s3_store import S3Store

            return S3Store(bucket, prefix.strip("/"), query=query, timeout_s=TIMEOUT_S)
        case _:
            raise AnsimError(
                f"{address!r} is no address of a store of clips: ANSIM_CLIP_STORE takes "
                "file:/PATH or s3://BUCKET/PREFIX"
            )
