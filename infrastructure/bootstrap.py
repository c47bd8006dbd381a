"""The composition root: the only door to the adapters.

Members are built when first used, and import what they need then: a command that needs no
web and no map starts in a fraction of a second.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final, Self

from infrastructure.answering import Answering
from infrastructure.auditing import Auditing
from infrastructure.citizens import Citizens
from infrastructure.collecting import collect_rarely
from infrastructure.deciding import Deciding
from infrastructure.exporting import Exporting
from infrastructure.filming import Filming
from infrastructure.folding import Folding
from infrastructure.linked.services import LinkedServices
from infrastructure.other_services import OtherServices
from infrastructure.outgoing import Outgoing
from infrastructure.protecting import Protecting
from infrastructure.proving import Proving
from infrastructure.remembering import Remembering
from infrastructure.return_monitoring import ReturnMonitoring
from infrastructure.running import database_address, owner_address, supervise, take_down
from infrastructure.settings import Settings
from infrastructure.settings import settings as read_settings
from infrastructure.trouble import Trouble, trouble

if TYPE_CHECKING:
    from types import TracebackType

    from application.emergency import EmergencyDesk
    from application.member_desk import MemberDesk
    from application.pin_desk import PinDesk
    from application.safe_return import SafeReturn
    from infrastructure.access_log import PostgresAccessLog
    from infrastructure.chance import SystemSecrets
    from infrastructure.clock import DatabaseClock
    from infrastructure.database import Database
    from infrastructure.districts import KrgcDistricts
    from infrastructure.embedded.home import Home
    from infrastructure.key_ring import PostgresKeyRing
    from infrastructure.log.mapper import FactMapper
    from infrastructure.log.reader import LogReader
    from infrastructure.log.receipts import LogReceipts
    from infrastructure.log.recorder import LogRecorder
    from infrastructure.log.verify import Verified as Verified  # noqa: PLC0414 - for others' hints

__all__ = [
    "House",
    "Settings",
    "Trouble",
    "collect_rarely",
    "database_address",
    "migrate",
    "owner_address",
    "read_settings",
    "set_up_log_lines",
    "start_role",
    "supervise",
    "take_down",
    "trouble",
]

ROLE_CONNECTIONS: Final = 8
WEB_CONNECTIONS: Final = 24
"""The web role answers 40 triggers at a time, and screens beside them."""


class House(
    Answering,
    Auditing,
    Citizens,
    Deciding,
    Exporting,
    Filming,
    Folding,
    OtherServices,
    LinkedServices,
    Outgoing,
    Protecting,
    Proving,
    Remembering,
    ReturnMonitoring,
):
    """Everything one process of the service is made of.

    Args:
        settings: read once, at the start of the process.
        role: what this process is (``serve``, ``project``, …); names its connections.
    """

    def __init__(self, settings: Settings | None = None, *, role: str) -> None:
        self.settings = settings or read_settings()
        self.role = role

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections; threads started by members end."""
        self.close_answering()
        self.close_outgoing()
        self.close_other_services()
        self.close_proving()
        self.close_folding()
        for name in ("recorder", "database"):  # in this order; only what was built
            if name in self.__dict__:
                getattr(self, name).close()

    @cached_property
    def name(self) -> str:
        return f"ansim-{self.role}"

    @cached_property
    def home(self) -> Home:
        from infrastructure.embedded.home import Home

        return Home(self.settings.home)

    @cached_property
    def database(self) -> Database:
        """The service role's connections."""
        from infrastructure.database import Database

        url = self.settings.database_url
        if url is None:
            from infrastructure.embedded.services import database_address

            url = database_address(self.home, "service")
        connections = WEB_CONNECTIONS if self.role == "serve" else ROLE_CONNECTIONS
        return Database(url, application_name=self.name, size=connections)

    @cached_property
    def clock(self) -> DatabaseClock:
        from infrastructure.clock import DatabaseClock

        return DatabaseClock(self.database)

    @cached_property
    def key_ring(self) -> PostgresKeyRing:
        from infrastructure.kek import read_further, read_kek
        from infrastructure.key_ring import PostgresKeyRing

        file = self.home.secret_file("kek")
        return PostgresKeyRing(
            self.database,
            read_kek(self.settings, file),
            further=lambda: read_further(self.settings, file),
        )

    @cached_property
    def mapper(self) -> FactMapper:
        """Also the ``Unsealer``."""
        from infrastructure.log.mapper import FactMapper

        return FactMapper(self.key_ring)

    @cached_property
    def recorder(self) -> LogRecorder:
        from infrastructure.log.recorder import LogRecorder

        return LogRecorder(self.database)

    @cached_property
    def receipts(self) -> LogReceipts:
        from infrastructure.log.receipts import LogReceipts

        return LogReceipts(self.database)

    @cached_property
    def reader(self) -> LogReader:
        from infrastructure.log.reader import LogReader

        return LogReader(self.database, self.mapper)

    @cached_property
    def access_log(self) -> PostgresAccessLog:
        from infrastructure.access_log import PostgresAccessLog

        return PostgresAccessLog(self.database)

    @cached_property
    def app(self) -> SafeReturn:
        from application.policies import called_for
        from application.safe_return import SafeReturn
        from infrastructure.log.replaying import StreamReader

        return SafeReturn(
            mapper=self.mapper,
            recorder=self.recorder,
            called_for=called_for,
            stream=StreamReader(self.database, self.mapper).to_replay,
        )

    @cached_property
    def districts(self) -> KrgcDistricts:
        from infrastructure.districts import KrgcDistricts

        return KrgcDistricts()

    @cached_property
    def emergency_desk(self) -> EmergencyDesk:
        from application.emergency import EmergencyDesk

        return EmergencyDesk(
            self.app,
            self.clock,
            self.receipts,
            districts=self.districts,
            policy=self.policies,
            access_log=self.access_log,
            pins=self.pin_desk,
            presence=self.presence,
        )

    @cached_property
    def pin_desk(self) -> PinDesk:
        from application.pin_desk import PinDesk
        from infrastructure.passwords import Argon2Pins

        return PinDesk(
            self.app,
            self.clock,
            self.receipts,
            passwords=Argon2Pins(),
            secrets=self.secrets,
            policy=self.policy,
        )

    @cached_property
    def member_desk(self) -> MemberDesk:
        from application.member_desk import MemberDesk

        return MemberDesk(self.app, self.clock, self.receipts, secrets=self.secrets)

    @cached_property
    def secrets(self) -> SystemSecrets:
        from infrastructure.chance import SystemSecrets

        return SystemSecrets()

    def check_shape(self) -> None:
        """Make sure that the database has this code's shape.

        Raises:
            AnsimError: it is older, newer, or empty; the message says what to do.
        """
        from infrastructure.migrations import check_shape

        with self.database.connection() as connection:
            check_shape(connection)


def migrate(admin_url: str) -> None:
    """Bring the database to this code's shape; does nothing where it has it.

    Args:
        admin_url: the owner's libpq address.
    """
    from infrastructure.migrations import migrate as bring_up

    bring_up(admin_url)


def set_up_log_lines(role: str, *, level: str | None = None) -> None:
    """Log from here on as the settings say, or at ``level``; every line names the role."""
    from infrastructure.log_lines import configure

    configure(level or read_settings().log_level, role=role)


def start_role(name: str) -> House:
    """The house of one role's process, its log lines set up and its clock checked.

    Raises:
        ClockSkewed: this machine's clock is too far from the database's.
        AnsimError: the database's shape is not this code's.
    """
    set_up_log_lines(name)
    house = House(role=name)
    house.check_shape()
    house.honour_erasures()
    house.clock.check_skew()
    return house
