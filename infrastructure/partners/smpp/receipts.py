"""Delivery receipts as providers write them: in SMPP's fields, or in its appendix B's words."""

from __future__ import annotations

import re
from typing import Any, Final

from application.text_routes import Fate, ReceiptOfPiece

RECEIPT: Final = 0x04
KIND_OF_MESSAGE: Final = 0x3C
"""Bits of ``esm_class`` that say whether a message is a receipt: 5.2.12."""

FATES: Final = {
    2: Fate.DELIVERED,
    3: Fate.EXPIRED,
    4: Fate.DELETED,
    5: Fate.UNDELIVERABLE,
    8: Fate.REJECTED,
}
"""By ``message_state`` (5.2.28); the others are no end."""
WORDS: Final = {
    b"DELIVRD": Fate.DELIVERED,
    b"EXPIRED": Fate.EXPIRED,
    b"DELETED": Fate.DELETED,
    b"UNDELIV": Fate.UNDELIVERABLE,
    b"REJECTD": Fate.REJECTED,
}
_ID: Final = re.compile(rb"\bid:(\S+)", re.IGNORECASE)
_STATE: Final = re.compile(rb"\bstat:(\w+)", re.IGNORECASE)


def is_receipt(pdu: Any) -> bool:
    return bool((pdu.esm_class or 0) & KIND_OF_MESSAGE == RECEIPT)


def receipt_of(pdu: Any) -> ReceiptOfPiece | None:
    """What a receipt says; None when it tells of no end."""
    words = bytes(pdu.short_message or pdu.message_payload or b"")
    reference = pdu.receipted_message_id or _found(_ID, words)
    fate = FATES.get(pdu.message_state) or WORDS.get((_found(_STATE, words) or b"").upper())
    if not reference or fate is None:
        return None
    return ReceiptOfPiece(
        reference=reference.decode("ascii", "replace"),
        fate=fate,
        mark=pdu.user_message_reference,
    )


def _found(pattern: re.Pattern[bytes], words: bytes) -> bytes | None:
    match = pattern.search(words)
    return match[1] if match else None
