"""Everything that can be set from outside, read once at start."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Environment variables with the prefix ``ANSIM_``; documented in ``docs/settings.md``."""

    model_config = SettingsConfigDict(env_prefix="ANSIM_", frozen=True)

    home: Path = Field(default=Path(".ansim"), description="Data folder of the embedded servers.")
    host: str = Field(default="127.0.0.1", description="Address on which the web role listens.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port of the web role.")

    database_url: str | None = Field(
        default=None,
        description="A real PostgreSQL for the service role; unset means the embedded server.",
    )
    admin_database_url: str | None = Field(
        default=None,
        description="The owner's connection, for migrations and rebuilds only.",
    )
    redis_url: str | None = Field(
        default=None, description="A real Redis or Valkey; unset means the embedded server."
    )
    key_encryption_key: SecretStr | None = Field(
        default=None,
        description="32 bytes in base64 that wrap the subjects' keys; unset means the key file.",
    )
    key_file: Path | None = Field(
        default=None, description="File of the key-encryption key; default HOME/keys/kek."
    )

    kms_url: str | None = Field(
        default=None,
        description="Transit engine of a key management service (…/v1/transit) that wraps the "
        "subjects' keys; unset means the key-encryption key here.",
    )
    kms_token: SecretStr | None = Field(
        default=None, description="What lets this house into the key management service."
    )
    kms_key: str = Field(
        default="ansim", pattern=r"^[\w.-]+$", description="The key's name in that service."
    )
    erased_file: Path | None = Field(
        default=None,
        description="Who was erased, kept outside the database; default HOME/keys/erased.",
    )

    checkpoint_key_file: Path | None = Field(
        default=None,
        description="File of the key that signs checkpoints, its list of trusted keys beside it; "
        "default HOME/keys/checkpoint/current.pem.",
    )
    witnesses: str | None = Field(
        default=None,
        description="Addresses of witnesses of checkpoints, with commas between: file:/PATH, "
        "postgresql://…, https://…, s3://BUCKET/PREFIX; default file:HOME/witness.",
    )
    witness_timeout_s: float = Field(default=5.0, gt=0, description="Limit of one witness's step.")
    time_stamp_url: str | None = Field(
        default=None,
        description="Address of a time-stamping authority (RFC 3161) that stamps checkpoints.",
    )
    seal_every_s: float = Field(
        default=300.0, gt=0, description="Seconds between two checkpoints; shift ends come on top."
    )

    keep_track_days: float = Field(
        default=180,
        ge=0,
        description="Positions of a case, after its end (Location Information Act, arts. 23, 24).",
    )
    keep_deliveries_days: float = Field(
        default=180,
        ge=180,
        description="Rows of deliveries that are done (Location Information Act, art. 16(2)).",
    )
    keep_access_records_days: float = Field(
        default=731,
        ge=731,
        description="Records of who saw whose data (safety-measures standard, art. 8: two years).",
    )
    keep_timers_days: float = Field(default=30, ge=1, description="Rows of timers that have fired.")

    keep_clips_days: float = Field(
        default=30,
        ge=0,
        description="Clips of a case, after its end (Standard Personal Information Protection "
        "Guidelines, art. 41).",
    )
    keep_forms_days: float = Field(
        default=180,
        ge=0,
        description="Who asked for a check or a detector without membership, after its end "
        "(Personal Information Protection Act, art. 21); a member's form goes with her.",
    )
    clip_store: str | None = Field(
        default=None,
        description="Where clips lie, sealed: file:/PATH (shared by all hosts) or "
        "s3://BUCKET/PREFIX?endpoint=…&region=…; default file:HOME/clips.",
    )

    mqtt_url: str | None = Field(
        default=None,
        description="The MQTT broker of bells and smart lights, mqtt://user:password@host:1883 or "
        "mqtts://…; unset means the simulated one that the supervisor starts.",
    )
    gateway_id: str = Field(
        default="ansim-gateway",
        pattern=r"^[\w.-]{1,40}$",
        description="Under which name the gateway's sessions wait at the broker; one a gateway.",
    )

    partners_url: str | None = Field(
        default=None,
        description="Base address of the partners (police, ambulance, call); "
        "unset means the simulators that the supervisor starts.",
    )
    taxi_registry_url: str | None = Field(
        default=None,
        description="Address of the registry of taxis; unset means with the other partners.",
    )
    partner_secret: SecretStr | None = Field(
        default=None, description="Shared secret of signed partner requests; default HOME/keys/."
    )
    identity_url: str | None = Field(
        default=None,
        description="Base address of the carriers' identity service; unset means where the "
        "partners are.",
    )
    person_key: SecretStr | None = Field(
        default=None,
        description="Secret that hashes what names a person for ever; never changed: with another "
        "one everybody could join twice; default HOME/keys/.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address under which people outside reach the web role: stands in links that "
        "guardians get.",
    )
    guardian_link_key: SecretStr | None = Field(
        default=None,
        description="Secret that signs the links by which guardians remove themselves; "
        "default HOME/keys/.",
    )
    partner_timeout_s: float = Field(default=5.0, gt=0, description="Limit of one partner call.")

    message_routes: str = Field(
        default="push,sms,smpp,other",
        pattern=r"^(push|sms|smpp|other)(,(push|sms|smpp|other))*$",
        description="By which ways messages go, in the order in which they are tried: push to the "
        "citizen's devices, text messages over HTTP (sms) and SMPP, any other address.",
    )
    sms_sender: str = Field(
        default="021234567",
        pattern=r"^[0-9]{3,15}$",
        description="Our number in text messages, as it is registered with the network.",
    )
    smpp_url: SecretStr | None = Field(
        default=None,
        description="Provider of text messages over SMPP 3.4: smpp://SYSTEM_ID:PASSWORD@HOST:PORT "
        "(smpps:// over TLS); unset means the simulated one, beside simulated partners.",
    )
    smpp_in_pieces: bool = Field(
        default=False,
        description="Send long messages over SMPP in pieces with headers, for a provider that "
        "takes no message_payload.",
    )

    other_route_url: SecretStr | None = Field(
        default=None,
        description="Any other address for text messages, as apprise has them, with {phone} and, "
        "where repeats are known by it, {key}: json://HOST/{phone}?+Idempotency-Key={key}.",
    )
    push_hosts: str = Field(
        default="fcm.googleapis.com,push.services.mozilla.com,push.apple.com,notify.windows.com",
        description="Push services (and their sub-domains) that citizens' devices may name.",
    )
    push_contact: str = Field(
        default="mailto:ansim@ansim.example",
        pattern=r"^(mailto:|https://)",
        description="Whom a push service may write to (RFC 8292).",
    )
    vapid_key: SecretStr | None = Field(
        default=None,
        description="Secret of which our key towards push services is made; default HOME/keys/.",
    )

    agency_domain: str = Field(
        default="ansim.example",
        pattern=r"^[a-z0-9][a-z0-9.-]*$",
        description="Domain under which centres are named to auditors' tools (NENA i3).",
    )

    log_level: str = Field(default="INFO", description="Least severe log line that is written.")

    @property
    def routes(self) -> tuple[str, ...]:
        """``message_routes``, one by one."""
        return tuple(dict.fromkeys(self.message_routes.split(",")))


@lru_cache(maxsize=1)
def settings() -> Settings:
    return Settings()
