"""Where the MQTT broker is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, urlsplit

from infrastructure.embedded.errors import AnsimError
from infrastructure.embedded.ports import LOOPBACK

if TYPE_CHECKING:
    import paho.mqtt.client as paho

    from infrastructure.embedded.home import Home
    from infrastructure.settings import Settings

PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
KEEP_ALIVE_S: Final = 15
SIMULATED_USER: Final = "ansim"


@dataclass(frozen=True, slots=True)
class MqttAddress:
    """One broker; ``tls`` by the machine's own trusted authorities."""

    host: str
    port: int
    tls: bool
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> MqttAddress:
        """Read ``mqtt://user:password@host:1883`` or ``mqtts://…``.

        Raises:
            AnsimError: it is no such address; the password is not repeated.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise AnsimError("ANSIM_MQTT_URL is no address like mqtt://host:1883") from None
        if parts.scheme not in PORTS or not parts.hostname:
            raise AnsimError("ANSIM_MQTT_URL is no address like mqtt://host:1883")
        return cls(
            host=parts.hostname,
            port=port or PORTS[parts.scheme],
            tls=parts.scheme == "mqtts",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @property
    def url(self) -> str:
        """With the password: for machines, never for a log."""
        secret = f"{quote(self.user or '', safe='')}:{quote(self.password or '', safe='')}@"
        scheme = "mqtts" if self.tls else "mqtt"
        return f"{scheme}://{secret if self.user else ''}{self.host}:{self.port}"

    def client(self, client_id: str, *, clean: bool, manual_ack: bool = False) -> paho.Client:
        """A client that is not connected yet."""
        import paho.mqtt.client as paho
        from paho.mqtt.enums import CallbackAPIVersion

        made = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=clean,
            protocol=paho.MQTTv311,
            manual_ack=manual_ack,
        )
        if self.user is not None:
            made.username_pw_set(self.user, self.password)
        if self.tls:
            made.tls_set()
        return made


def mqtt_address(settings: Settings, home: Home, *, secret: str) -> MqttAddress:
    """As set, or the simulated broker of this home, which knows the partners' secret.

    Raises:
        AnsimError: neither is known.
    """
    if settings.mqtt_url is not None:
        return MqttAddress.of(settings.mqtt_url)
    port = home.known_port("broker")
    if port is None:
        raise AnsimError("no MQTT broker is known: set ANSIM_MQTT_URL, or run `ansim up`")
    return MqttAddress(LOOPBACK, port, tls=False, user=SIMULATED_USER, password=secret)
