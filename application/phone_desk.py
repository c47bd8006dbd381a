"""Whose phone speaks, by its token or by a signature of its own key.

A trigger is never refused for either: what is wrong with them becomes a flag. Everything else is:
a device that has a key must use it, in time, and each nonce counts once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, NamedTuple, Protocol
from uuid import UUID

from pydantic import Field

from application.context import Context
from application.desk import Desk
from application.errors import ApplicationError, Unauthenticated
from application.identity import DeviceIdentity
from application.message_signatures import HttpRequest, Signature, signature_of
from application.safe_return import Receipt
from application.signing import BadSignature
from domain.base import Value
from domain.device import Device
from domain.emergency.vocabulary import Flag
from domain.policy import Policy

NONCE_KEPT_BEYOND: Final = timedelta(minutes=1)


class Nonces(Protocol):
    def spend(self, device_id: UUID, nonce: str, *, until: datetime) -> bool:
        """Use a device's nonce up; False when that has been done. Kept ``until`` then, at least."""
        ...


class Replayed(ApplicationError):
    """A signed request came twice; the second acts on nothing. Sign anew to ask again."""

    code: ClassVar[str] = "replayed"


class SignatureOld(Unauthenticated):
    """Signed too long ago, or by a clock far ahead; every answer of ours says the time."""

    code: ClassVar[str] = "signature_old"


class SignatureNeeded(Unauthenticated):
    """The device has a key of its own: its token alone lets it raise, and nothing else."""

    code: ClassVar[str] = "signature_needed"


class Recognised(NamedTuple):
    """Who speaks, as far as can be said; ``nonce`` of a signature that is good."""

    identity: DeviceIdentity | None
    flags: tuple[Flag, ...] = ()
    nonce: str | None = None


class SetDeviceKey(Value):
    """A device's own public key, and that it has the private one."""

    public_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Ed25519, 32 bytes as hex digits."""
    proof: str = Field(pattern=r"^[0-9a-f]{128}$")
    """The new key's signature over ``ansim device key `` and the device's id in 32 hex digits."""


class PhoneDesk(Desk):
    """Recognises phones, and takes their keys."""

    def __init__(self, *desk: Any, nonces: Nonces, policy: Policy) -> None:
        super().__init__(*desk)
        self._nonces = nonces
        self._policy = policy

    def recognise(self, token: str | None, request: HttpRequest) -> Recognised:
        """Who raises an alarm: whatever is wrong with token or signature is a flag."""
        try:
            signature = signature_of(request)
            device = None if signature is None else self._signer(signature)
        except BadSignature:
            return Recognised(_identity(self._holder(token)), (Flag.SIGNATURE_BAD,))
        if signature is not None:
            flags = () if self._is_fresh(signature) else (Flag.SIGNATURE_OLD,)
            return Recognised(_identity(device), flags, signature.nonce)
        device = self._holder(token)
        unsigned = device is not None and device.public_key is not None
        return Recognised(_identity(device), (Flag.SIGNATURE_MISSING,) if unsigned else ())

    def admit(self, token: str | None, request: HttpRequest) -> DeviceIdentity | None:
        """Who asks for anything else; None for nobody whom we know.

        Raises:
            BadSignature, SignatureOld, SignatureNeeded: the request proves nothing.
            Replayed: its nonce has been used.
        """
        signature = signature_of(request)
        if signature is None:
            device = self._holder(token)
            if device is not None and device.public_key is not None:
                raise SignatureNeeded(str(device.id))
            return _identity(device)
        device = self._signer(signature)
        if not self._is_fresh(signature):
            raise SignatureOld(signature.created.isoformat())
        until = signature.created + self._valid + NONCE_KEPT_BEYOND
        if not self._nonces.spend(device.id, signature.nonce, until=until):
            raise Replayed(str(device.id))
        return _identity(device)

    def set_key(self, identity: DeviceIdentity, command: SetDeviceKey, context: Context) -> Receipt:
        """Have the device sign with this key from now on; once it has one, the old key signs this.

        Raises:
            BadSignature: the proof is not the new key's.
            KeyUnfit: everybody could sign with it.
        """
        proof = key_proof(identity.device_id, command.proof, at=self._clock.now())
        proof.must_be_made_with(command.public_key)

        def attempt() -> Receipt:
            device = self._app.load(Device, identity.device_id)
            device.set_key(command.public_key, at=self._clock.now())
            return self._app.commit(
                [device], context=context, receipt=Receipt(aggregate_id=device.id)
            )

        return self._decide(context, Receipt, attempt)

    @property
    def _valid(self) -> timedelta:
        return timedelta(seconds=self._policy.signature_valid_s)

    def _is_fresh(self, signature: Signature) -> bool:
        return abs(self._clock.now() - signature.created) <= self._valid

    def _signer(self, signature: Signature) -> Device:
        """Raises BadSignature: no device of that id has made it."""
        device = self._app.find(Device, signature.device_id)
        if device is None or device.public_key is None:
            raise BadSignature("no key of this device is known")
        signature.must_be_made_with(device.public_key)
        return device

    def _holder(self, token: str | None) -> Device | None:
        """Whose token it is; None when it is nobody's."""
        device_id, _, secret = (token or "").partition(".")
        try:
            found = self._app.find(Device, UUID(hex=device_id))
        except ValueError:
            return None
        return found if found is not None and found.knows(secret) else None


def key_proof(device_id: UUID, proof: str, *, at: datetime) -> Signature:
    """That a device has the private key: signed over ``ansim device key `` and its id."""
    return Signature(
        device_id=device_id,
        created=at,
        nonce="",
        base=b"ansim device key " + device_id.hex.encode(),
        value=bytes.fromhex(proof),
    )


def _identity(device: Device | None) -> DeviceIdentity | None:
    if device is None:
        return None
    return DeviceIdentity(
        citizen_id=device.citizen_id,
        device_id=device.id,
        platform=device.platform,
        revoked=device.revoked,
    )
