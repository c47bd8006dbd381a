"""A witness in an S3 bucket with object lock: what is written there, nobody can take away.

Objects are kept in COMPLIANCE mode, so that not even the account's owner deletes a version before
its time; a second object of the same name is refused by ``If-None-Match``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from application.errors import WitnessUnavailable
from infrastructure.embedded.errors import AnsimError
from infrastructure.proof.store import Exists, StoredWitness

if TYPE_CHECKING:
    from collections.abc import Callable

KEEP_DAYS: Final = 3653
"""Ten years, unless the address says ``?keep_days=``."""
EXISTS: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
MISSING: Final = frozenset({"404", "NoSuchKey"})


class S3Witness(StoredWitness):
    """Credentials come from where boto3 finds them (environment, files, the machine's role).

    Args:
        query: ``endpoint`` of another server than Amazon's, ``region``, ``keep_days``.
    """

    def __init__(self, bucket: str, prefix: str, *, query: str, timeout_s: float) -> None:
        told = {name: values[-1] for name, values in parse_qs(query).items()}
        self.name = f"s3://{bucket}/{prefix}".rstrip("/")
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._endpoint = told.pop("endpoint", None)
        self._region = told.pop("region", None)
        self._timeout_s = timeout_s
        keep_days = told.pop("keep_days", str(KEEP_DAYS))
        if told or not keep_days.isdecimal():
            raise AnsimError(
                f"{self.name}: only endpoint, region and keep_days=NUMBER may follow ?"
            )
        self._keep = timedelta(days=int(keep_days))

    def _put(self, name: str, content: bytes) -> None:
        self._call(
            lambda: self._locked.put_object(
                Bucket=self._bucket,
                Key=self._prefix + name,
                Body=content,
                IfNoneMatch="*",
                ChecksumAlgorithm="SHA256",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=datetime.now(UTC) + self._keep,  # noqa: TID251
            ),
            name,
        )

    def _get(self, name: str) -> bytes | None:
        answer = self._call(
            lambda: self._client.get_object(Bucket=self._bucket, Key=self._prefix + name), name
        )
        if answer is None:
            return None
        content: bytes | None = self._call(answer["Body"].read, name)
        return content

    def _has(self, name: str) -> bool:
        return (
            self._call(
                lambda: self._client.head_object(Bucket=self._bucket, Key=self._prefix + name), name
            )
            is not None
        )

    @cached_property
    def _locked(self) -> Any:
        """The client, once the bucket is known to have object lock; it is no witness without."""
        from botocore.exceptions import ClientError

        try:
            self._call(
                lambda: self._client.get_object_lock_configuration(Bucket=self._bucket), "lock"
            )
        except WitnessUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, ClientError) and "ObjectLock" in _code(cause):
                raise WitnessUnavailable(
                    f"{self.name}: the bucket has no object lock, which only a new bucket can have"
                ) from error
            raise
        return self._client

    @cached_property
    def _client(self) -> Any:
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise WitnessUnavailable(
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

    def _call(self, do: Callable[[], Any], name: str) -> Any:
        """What comes back; None for what is not there."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return do()
        except ClientError as error:
            code = _code(error)
            if code in EXISTS:
                raise Exists(name) from error
            if code in MISSING:
                return None
            raise WitnessUnavailable(f"{self.name}: {code}") from error
        except (BotoCoreError, OSError) as error:
            raise WitnessUnavailable(f"{self.name}: {type(error).__name__}") from error


def _code(error: Any) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))
