"""The job queue: carries ids from the relay to the workers, and may lose them all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.errors import ApplicationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import ClassVar
    from uuid import UUID

    from dramatiq.brokers.redis import RedisBroker

    from infrastructure.embedded.home import Home
    from infrastructure.settings import Settings

QUEUE: Final = "urgent"
ATTEMPT_ACTOR: Final = "delivery.attempt"
LINKED_QUEUE: Final = "linked"
LINKED_ACTOR: Final = "delivery.linked"
REDIS_LIMIT_S: Final = 2.0


class QueueUnavailable(ApplicationError):
    """The job queue is away; rows wait in the database until it is back."""

    code: ClassVar[str] = "queue_unavailable"
    retryable: ClassVar[bool] = True


def redis_address(settings: Settings, home: Home) -> str:
    """Where the job queue is: as set, or the embedded server of this home.

    Raises:
        AnsimError: neither is known.
    """
    if settings.redis_url is not None:
        return settings.redis_url
    from infrastructure.embedded.valkey import ValkeyServer

    return ValkeyServer(home).url


def broker(redis_url: str) -> RedisBroker:
    """A broker whose lost workers are noticed within seconds, and that retries nothing itself.

    The library's own time-outs (60 s, maintenance once in 1,000 fetches) would leave the
    messages of a killed worker lying for minutes. Without its middleware for retries and ages a
    message is executed once, or lost.
    """
    from dramatiq.middleware import TimeLimit
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    from infrastructure.deliveries.closing import ClosingRedisBroker

    client = Redis.from_url(
        redis_url,
        socket_connect_timeout=REDIS_LIMIT_S,
        socket_timeout=REDIS_LIMIT_S,
        retry=Retry(NoBackoff(), 1),
    )
    return ClosingRedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=[TimeLimit()],
        heartbeat_timeout=5_000,
        maintenance_chance=1_000_000,
        dead_message_ttl=60_000,
    )


class JobQueue:
    """Where the relay puts ids, each for one attempt of ``actor``."""

    def __init__(
        self, broker: RedisBroker, *, queue: str = QUEUE, actor: str = ATTEMPT_ACTOR
    ) -> None:
        broker.declare_queue(queue)
        self._broker = broker
        self._queue = queue
        self._actor = actor

    def put(self, ids: Iterable[UUID]) -> None:
        """Hand ids to the workers.

        Raises:
            QueueUnavailable: some or all did not arrive.
        """
        import dramatiq
        from dramatiq.errors import BrokerConnectionError
        from redis.exceptions import RedisError

        try:
            for one in ids:
                self._broker.enqueue(
                    dramatiq.Message(
                        queue_name=self._queue,
                        actor_name=self._actor,
                        args=(str(one),),
                        kwargs={},
                        options={},
                    )
                )
        except (RedisError, BrokerConnectionError) as error:
            raise QueueUnavailable(str(error)) from error
