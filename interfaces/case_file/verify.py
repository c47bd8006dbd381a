"""Check an exported case, offline: was anything in this folder changed since it was signed?

    python -I verify.py [--key FILE] [--key-id HEX]

Needs Python 3.8 or newer and the package `cryptography`, and nothing of the service that made the
bundle. Exits 0 and says "good" when everything holds, 1 when something does not (each thing on a
line of its own, with its file), 2 when it could not look. Recomputed here: the SHA-256 of every
file; the hash of every row of facts.jsonl; its Merkle path (RFC 9162) to the root in
checkpoint.json; the Ed25519 signatures of checkpoint.json and manifest.json. The service's page
docs/proof.md specifies all of it byte by byte.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import struct
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, Optional, Tuple
from uuid import UUID

MANIFEST, CHECKPOINT, KEY = "manifest.json", "checkpoint.json", "public_key.pem"
FACTS, PERSONAL, PROOFS = "facts.jsonl", "personal.jsonl", "proofs.json"
NEEDED = {CHECKPOINT, KEY, FACTS, PERSONAL, PROOFS}
GOOD, SPOILED, UNCHECKED = 0, 1, 2
KEY_BYTES = 32
EPOCH = datetime(2000, 1, 1, tzinfo=timezone.utc)
ED25519 = bytes.fromhex("302a300506032b6570032100")  # before the 32 bytes in PEM (RFC 8410)
Term = Tuple[str, str]
ALWAYS: Term = ("", "~")  # of a key: since, until; as text, moments of one form sort by time
UNREADABLE = (OSError, ValueError, TypeError, AttributeError, LookupError, struct.error)
ROW = (
    "position:int8 aggregate_id:uuid version:int4 topic:text schema_version:int4 event_id:uuid"
    " correlation_id:uuid causation_id:uuid actor:text occurred_at:moment received_at:moment"
    " recorded_at:moment open:text sealed:bytes"
)
COLUMNS = dict(column.split(":") for column in ROW.split())
"""Of a row, in the order in which they are hashed."""


class Signed:
    """A signed text: what it says, and whose key it claims."""

    def __init__(self, folder: Path, name: str) -> None:
        self.name = name
        raw = (folder / name).read_bytes()
        held = json.loads(raw)
        self.text = held[name.split(".", maxsplit=1)[0]]
        self.signature = base64.b64decode(held["signature"], validate=True)
        self.key = base64.b64decode(held["public_key"], validate=True)
        self.key_id = hashlib.sha256(self.key).hexdigest()[:16]
        self.said = json.loads(self.text)
        self.exact = written(held, indent=1) + b"\n" == raw
        self.exact &= written(self.said, separators=(",", ":")) == self.text.encode("utf-8")

    def problems(self, form: str) -> Iterator[str]:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        if not self.exact:
            yield f"{self.name}: not written as it was signed (canonical JSON)"
        if self.said.get("format") != form:
            yield f"{self.name}: format {self.said.get('format')!r}, this program knows {form!r}"
        try:
            key = Ed25519PublicKey.from_public_bytes(self.key)
            key.verify(self.signature, self.text.encode("utf-8"))
        except (InvalidSignature, ValueError):
            yield f"{self.name}: the signature does not fit"


class Bundle:
    """The files of one exported case; every check yields what is wrong, file first."""

    def __init__(self, folder: Path, trusted: Dict[str, Term]) -> None:
        self.folder = folder
        self.trusted = trusted
        self.manifest = Signed(folder, MANIFEST)
        self.checkpoint = Signed(folder, CHECKPOINT)
        self.rows = list(lines_of(folder, FACTS))

    def found(self) -> Iterator[str]:
        known = (self.files, self.signatures, self.keys, self.facts, self.proofs, self.personal)
        for check in known:
            try:
                yield from check()
            except Exception as error:  # noqa: BLE001 - spoiled files are stumbled over in any way
                yield f"{check.__name__}: cannot be read: {type(error).__name__}: {error}"

    def files(self) -> Iterator[str]:
        listed = self.manifest.said["files"]
        inside = (path for path in self.folder.rglob("*") if path.is_symlink() or not path.is_dir())
        present = {path.relative_to(self.folder).as_posix() for path in inside}
        for name in sorted(NEEDED - set(listed)):
            yield f"{MANIFEST}: lists no {name}"
        for name in sorted(present - set(listed) - {MANIFEST}):
            yield f"{name}: does not belong to the bundle (unpack it into an empty folder)"
        for name, expected in sorted(listed.items()):
            if name not in present:
                yield f"{name}: missing"
            elif hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != expected:
                yield f"{name}: changed; its SHA-256 is not the one in {MANIFEST}"

    def signatures(self) -> Iterator[str]:
        yield from self.manifest.problems("ansim-bundle-1")
        yield from self.checkpoint.problems("ansim-checkpoint-1")

    def keys(self) -> Iterator[str]:
        """One key signed all, and it is the one that the reader trusts, where he named one."""
        if self.checkpoint.said["key_id"] != self.checkpoint.key_id:
            yield f"{CHECKPOINT}: names key {self.checkpoint.said['key_id']}, carries another"
        if self.manifest.key != self.checkpoint.key:
            yield f"{MANIFEST}: signed by key {self.manifest.key_id}, {CHECKPOINT} by another"
        if raw_key((self.folder / KEY).read_bytes()) != self.checkpoint.key:
            yield f"{KEY}: not the key of {CHECKPOINT}"
        names = {self.checkpoint.key_id, self.checkpoint.key.hex()} & set(self.trusted)
        terms, at = [self.trusted[name] for name in names], self.checkpoint.said["sealed_at"]
        if self.trusted and not any(since <= at < until for since, until in terms):
            yield f"{CHECKPOINT}: signed by key {self.checkpoint.key_id}, not by one you trust"

    def facts(self) -> Iterator[str]:
        """Every row's hash is that of its columns, and the case is whole: no version is missing."""
        if [row["version"] for row in self.rows] != list(range(1, len(self.rows) + 1)):
            yield f"{FACTS}: the versions do not run from 1 without a gap"
        if len(self.rows) != self.manifest.said["facts"]:
            yield f"{FACTS}: {len(self.rows)} rows, {MANIFEST} says {self.manifest.said['facts']}"
        before = None
        for number, row in enumerate(self.rows, start=1):
            where = f"{FACTS}: line {number} (position {row['position']})"
            if row["aggregate_id"] != self.manifest.said["report_id"]:
                yield f"{where}: belongs to another report"
            if row_hash(row).hex() != row["hash"]:
                yield f"{where}: its hash is not that of its columns and the hash before"
            if before is not None and row["position"] <= before["position"]:
                yield f"{where}: out of order"
            before = row

    def proofs(self) -> Iterator[str]:
        """Every row stands in the tree that the checkpoint's signature covers."""
        given = json.loads((self.folder / PROOFS).read_text(encoding="utf-8"))
        sealed = self.checkpoint.said["facts"]
        if given["format"] != "ansim-proofs-1":
            yield f"{PROOFS}: format {given['format']!r} is unknown"
        if (given["size"], given["root"]) != (sealed["size"], sealed["root"]):
            yield f"{PROOFS}: made for another tree than the one in {CHECKPOINT}"
        paths = {one["position"]: one["path"] for one in given["proofs"]}
        if sorted(paths) != sorted(row["position"] for row in self.rows):
            yield f"{PROOFS}: not one proof for each row of {FACTS}"
        for row in self.rows:
            path = [bytes.fromhex(node) for node in paths.get(row["position"], [])]
            leaf = hashlib.sha256(b"\x00" + row_hash(row)).digest()
            root = root_of(row["position"] - 1, sealed["size"], leaf, path)
            if root is None or root.hex() != sealed["root"]:
                yield f"{PROOFS}: position {row['position']} does not lead to the signed root"

    def personal(self) -> Iterator[str]:
        """Opened values belong to rows with sealed ones; the manifest alone vouches for them."""
        sealed = {row["position"] for row in self.rows if row["sealed"] is not None}
        opened = set()
        for number, line in enumerate(lines_of(self.folder, PERSONAL), start=1):
            opened.add(line["position"])
            if ("fields" in line) == (line.get("erased") is True):
                yield f"{PERSONAL}: line {number}: neither opened nor erased"
        if opened != sealed:
            yield f"{PERSONAL}: not the rows of {FACTS} that hold sealed values"

    def summary(self) -> str:
        said, sealed = self.manifest.said, self.checkpoint.said
        told = (
            "good: nothing in this bundle was changed since it was signed",
            f"  report      {said['report_id']}",
            f"  facts       {len(self.rows)}, up to log position {self.rows[-1]['position']}",
            f"  exported    {said['exported_at']}, export {said['export_id']}",
            f"  checkpoint  {sealed['number']} of {sealed['origin']}, sealed {sealed['sealed_at']}",
            f"              over {sealed['facts']['size']} facts, root {sealed['facts']['root']}",
            f"  signed by   key {self.checkpoint.key_id} (Ed25519)",
        )
        advice = (
            "Compare the key id with the one that the witness publishes: whoever made a bundle",
            "chose the key that came along. With the published key:",
            f"  python -I verify.py --key-id {self.checkpoint.key_id}    (or --key FILE)",
        )
        return "\n".join((*told, *(("It is a key that you named.",) if self.trusted else advice)))


def written(value: Any, **form: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, **form).encode("utf-8")


def lines_of(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, filter(None, (folder / name).read_bytes().split(b"\n")))


def row_hash(row: dict[str, Any]) -> bytes:
    """SHA-256 over the hash before and every column, each after its length; -1 for null."""
    if set(row) != {*COLUMNS, "previous", "hash"}:
        raise ValueError("a row has other columns")
    framed = [bytes.fromhex(row["previous"])]
    for name, kind in COLUMNS.items():
        value = b"" if row[name] is None else binary(kind, row[name])
        framed += [struct.pack(">i", -1 if row[name] is None else len(value)), value]
    return hashlib.sha256(b"".join(framed)).digest()


def binary(kind: str, value: Any) -> bytes:
    """A column as it was hashed."""
    if kind in {"int8", "int4"}:
        return struct.pack(">q" if kind == "int8" else ">i", value)
    if kind == "uuid":
        return UUID(value).bytes
    if kind == "moment":  # microseconds since 2000-01-01 UTC
        moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
        return struct.pack(">q", (moment - EPOCH) // timedelta(microseconds=1))
    if kind == "bytes":
        return base64.b64decode(value, validate=True)
    return str(value).encode("utf-8")


def root_of(index: int, size: int, leaf: bytes, path: Iterable[bytes]) -> Optional[bytes]:
    """The root that a leaf's path leads to (RFC 9162, 2.1.3.2); None for a path that fits not."""
    if not 0 <= index < size:
        return None
    at, last, root = index, size - 1, leaf
    for node in path:
        if last == 0:
            return None
        if at & 1 or at == last:
            root = hashlib.sha256(b"\x01" + node + root).digest()
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = hashlib.sha256(b"\x01" + root + node).digest()
        at, last = at >> 1, last >> 1
    return root if last == 0 else None


def raw_key(data: bytes) -> bytes:
    """The 32 bytes of a public key given as PEM, as base64, or within a signed file."""
    if data.startswith(b"-----BEGIN PUBLIC KEY-----\n"):
        body = base64.b64decode(b"".join(data.splitlines()[1:-1]), validate=True)
        if body[:-KEY_BYTES] != ED25519:
            raise ValueError("not an Ed25519 key")
        return body[-KEY_BYTES:]
    if data.lstrip().startswith(b"{"):
        data = json.loads(data)["public_key"].encode()
    key = base64.b64decode(data.strip(), validate=True)
    if len(key) == KEY_BYTES:
        return key
    raise ValueError(f"a public key has 32 bytes, not {len(key)}")


def terms_in(data: bytes) -> Dict[str, Term]:
    """The keys that a published file names: one, or the list `trusted.json` with their times."""
    if b'"keys"' not in data:
        return {raw_key(data).hex(): ALWAYS}
    keys = json.loads(data)["keys"]
    return {key["public_key"]: (key["since"] or "", key["until"] or "~") for key in keys}


def report(folder: Path, trusted: Dict[str, Term]) -> int:
    """Look, tell, and give the exit code."""
    try:
        bundle = Bundle(folder, trusted)
        found = list(bundle.found())
        told = "" if found else bundle.summary()
    except UNREADABLE as error:
        found = [f"{MANIFEST}, {CHECKPOINT} or {FACTS}: cannot be read: {error}"]
    if found:
        print("SPOILED: this bundle is not what was signed", *found, sep="\n  ")
        return SPOILED
    print(told)
    return GOOD


def main() -> int:
    parser = argparse.ArgumentParser(description="Check an exported case, offline.")
    parser.add_argument("--key", type=Path, help="file of the public key that you trust")
    parser.add_argument("--key-id", help="its id: 16 hexadecimal digits")
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args()
    try:
        import cryptography  # noqa: F401
    except ImportError:
        how = f"{sys.executable} -m pip install cryptography"
        print(f"not checked: this Python has no `cryptography`; get it by: {how}", file=sys.stderr)
        return UNCHECKED
    trusted = {asked.key_id.lower(): ALWAYS} if asked.key_id else {}
    try:
        trusted.update(terms_in(asked.key.read_bytes()) if asked.key else {})
    except UNREADABLE as error:
        print(f"not checked: {asked.key} holds no public key: {error}", file=sys.stderr)
        return UNCHECKED
    return report(asked.folder.resolve(), trusted)


if __name__ == "__main__":
    sys.exit(main())
