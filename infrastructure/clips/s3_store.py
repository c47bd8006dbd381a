"""A store of clips in an S3 bucket: its objects are sealed before they leave the house.

``pieces/CLIP/NAME`` and ``whole/ADDRESS``. Neither versions nor object lock may be on: what is
removed must be gone.
"""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from application.clips.errors import ClipLost, ClipStoreUnavailable
from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

MISSING: Final = frozenset({"404", "NoSuchKey", "416", "InvalidRange"})
LIST_MAX: Final = 1000


class S3Store:
    """See ``application.clips.ports.ClipStore``.

    Credentials come from where boto3 finds them (environment, files, the machine's role).

    Args:
        query: ``endpoint`` of another server than Amazon's, ``region``.
    """

    def __init__(self, bucket: str, prefix: str, *, query: str, timeout_s: float) -> None:
        told = {name: values[-1] for name, values in parse_qs(query).items()}
        self.name = f"s3://{bucket}/{prefix}".rstrip("/")
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = told.pop("endpoint", None)
        self._region = told.pop("region", None)
        self._timeout_s = timeout_s
        if told:
            raise AnsimError(f"{self.name}: only endpoint and region may follow ?")

    def put_piece(self, clip_id: UUID, name: UUID, sealed: bytes) -> None:
        self._put(self._pieces(clip_id) + str(name), sealed)

    def piece(self, clip_id: UUID, name: UUID) -> bytes:
        return self._get(self._pieces(clip_id) + str(name))

    def drop_piece(self, clip_id: UUID, name: UUID) -> None:
        self._remove(self._pieces(clip_id) + str(name))

    def drop_pieces(self, clip_id: UUID) -> None:
        while keys := self._keys(self._pieces(clip_id)):
            for key in keys:
                self._remove(key)

    def has_pieces(self, clip_id: UUID) -> bool:
        return bool(self._keys(self._pieces(clip_id)))

    def keep(self, sealed: bytes) -> str:
        address = sha256(sealed).hexdigest()
        if not self.holds(address):
            self._put(self._whole(address), sealed)
        return address

    def holds(self, address: str) -> bool:
        key = self._whole(address)
        return (
            self._call(lambda: self._client.head_object(Bucket=self._bucket, Key=key)) is not None
        )

    def read(self, address: str, start: int, length: int) -> bytes:
        return self._get(self._whole(address), Range=f"bytes={start}-{start + length - 1}")

    def remove(self, address: str) -> None:
        self._remove(self._whole(address))

    def _pieces(self, clip_id: UUID) -> str:
        return f"{self._prefix}pieces/{clip_id}/"

    def _whole(self, address: str) -> str:
        return f"{self._prefix}whole/{address}"

    def _put(self, key: str, sealed: bytes) -> None:
        self._call(
            lambda: self._client.put_object(
                Bucket=self._bucket, Key=key, Body=sealed, ChecksumAlgorithm="SHA256"
            )
        )

    def _get(self, key: str, **how: str) -> bytes:
        def read() -> bytes:
            answer = self._client.get_object(Bucket=self._bucket, Key=key, **how)
            content: bytes = answer["Body"].read()
            return content

        found: bytes | None = self._call(read)
        if found is None:
            raise ClipLost(f"{self.name} has no {key.rpartition('/')[2]}")
        return found

    def _remove(self, key: str) -> None:
        self._call(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))

    def _keys(self, prefix: str) -> list[str]:
        """The first of them."""
        answer = self._call(
            lambda: self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, MaxKeys=LIST_MAX
            )
        )
        return [one["Key"] for one in (answer or {}).get("Contents", ())]

    @cached_property
    def _client(self) -> Any:
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise ClipStoreUnavailable(
                f"{self.name} needs the library boto3: install `ansim-dispatch[s3]`"
            ) from error
        config = Config(
            connect_timeout=self._timeout_s,
            read_timeout=self._timeout_s * 4,
            retries={"total_max_attempts": 2},
        )
        return boto3.client(
            "s3", endpoint_url=self._endpoint, region_name=self._region, config=config
        )

    def _call(self, do: Callable[[], Any]) -> Any:
        """What comes back; None for what is not there."""
        self._client  # noqa: B018 - first: tells of a library that is not there
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return do()
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            if code in MISSING:
                return None
            raise ClipStoreUnavailable(f"{self.name}: {code}") from error
        except (BotoCoreError, OSError) as error:
            raise ClipStoreUnavailable(f"{self.name}: {type(error).__name__}") from error
