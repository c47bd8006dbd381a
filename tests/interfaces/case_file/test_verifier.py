"""The verifier in the bundle finds whatever was changed, with nothing of ours to help it."""

from __future__ import annotations

import ast
import base64
import json
import random
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.case_file import public_key_pem
from interfaces.case_file.papers import VERIFIER
from interfaces.case_file.verify import report, row_hash
from tests.interfaces.case_file.conftest import unpacked
from tests.interfaces.case_file.verifying import complaints, verify

FILES = (
    "facts.jsonl",
    "personal.jsonl",
    "proofs.json",
    "checkpoint.json",
    "public_key.pem",
    "manifest.json",
    "timeline.pdf",
    "timeline.html",
    "README.txt",
)


def test_a_good_bundle_is_good(folder: Path, case) -> None:
    found = verify(folder)
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.startswith("good")
    assert str(case.report_id) in found.stdout
    assert case.house.signing_keys.current().key_id in found.stdout


def test_it_needs_nothing_of_ours() -> None:
    """Only the standard library, ``cryptography``, and what Python 3.8 can read."""
    tree = ast.parse(VERIFIER.read_text(), feature_version=(3, 8))
    used = {
        (node.module or "").split(".")[0] if isinstance(node, ast.ImportFrom) else name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    assert used - {"cryptography"} <= sys.stdlib_module_names


def test_it_says_so_when_it_cannot_look(folder: Path) -> None:
    script = folder / "verify.py"
    blocked = 'import sys; sys.modules["cryptography"] = None\n'
    script.write_text(
        script.read_text().replace("import argparse\n", f"import argparse\n{blocked}")
    )
    found = verify(folder)
    assert found.returncode == 2
    assert "pip install cryptography" in found.stderr
    assert "good" not in found.stdout


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_bit_anywhere_is_found(name: str, folder: Path, bundle, capsys) -> None:
    """At both ends and at random places, by the verifier's own function."""
    chance = random.Random(name)
    content = bundle[name]
    places = {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(30))}
    for place in sorted(places):
        spoiled = bytearray(content)
        spoiled[place] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(spoiled)
        assert report(folder, {}) == 1, place
        assert name in capsys.readouterr().out, place
    assert name in complaints(folder)  # the last one, as a court would find it
    (folder / name).write_bytes(content)
    assert report(folder, {}) == 0


def test_a_changed_verifier_is_listed_as_changed(folder: Path) -> None:
    script = folder / "verify.py"
    script.write_text(script.read_text() + "# kind regards\n")
    assert "verify.py: changed" in complaints(folder)


def test_missing_and_foreign_files_are_found(folder: Path) -> None:
    (folder / "timeline.pdf").unlink()
    (folder / "clip").mkdir()
    (folder / "clip" / "other.mp4").write_bytes(b"another street")
    told = complaints(folder)
    assert "timeline.pdf: missing" in told
    assert "clip/other.mp4: does not belong" in told


class TestForgeries:
    """By somebody who puts the manifest right, with a key of his own."""

    stranger = Ed25519PrivateKey.generate()

    def sealed(self, files: dict[str, bytes], **changes: str) -> dict[str, bytes]:
        """The bundle with hashes that fit, signed by the stranger."""
        text = json.loads(json.loads(files["manifest.json"])["manifest"])
        text |= changes
        text["files"] = {
            name: sha256(content).hexdigest()
            for name, content in files.items()
            if name != "manifest.json"
        }
        return {**files, "manifest.json": self.signed("manifest", text)}

    def signed(self, name: str, said: object) -> bytes:
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        held = {
            name: text,
            "public_key": base64.b64encode(self.stranger.public_key().public_bytes_raw()).decode(),
            "signature": base64.b64encode(self.stranger.sign(text.encode())).decode(),
        }
        return json.dumps(held, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    def test_a_column_changed(self, bundle, tmp_path: Path) -> None:
        facts = bundle["facts.jsonl"].replace(b"GD-0417", b"GD-0418")
        told = complaints(unpacked(self.sealed({**bundle, "facts.jsonl": facts}), tmp_path))
        assert "facts.jsonl: line 4" in told
        assert "its hash is not that of its columns" in told
        assert "manifest.json: signed by key" in told

    def test_a_row_left_out_with_its_proof(self, bundle, tmp_path: Path) -> None:
        lines = bundle["facts.jsonl"].splitlines(keepends=True)
        given = json.loads(bundle["proofs.json"])
        left_out = json.loads(lines[3])["position"]
        given["proofs"] = [one for one in given["proofs"] if one["position"] != left_out]
        files = {
            **bundle,
            "facts.jsonl": b"".join(lines[:3] + lines[4:]),
            "proofs.json": json.dumps(given).encode(),
        }
        told = complaints(unpacked(self.sealed(files), tmp_path))
        assert "versions do not run from 1 without a gap" in told

    def test_a_row_hashed_anew_leads_to_no_signed_root(self, bundle, tmp_path: Path) -> None:
        lines = bundle["facts.jsonl"].splitlines()
        row = json.loads(lines[3]) | {"actor": "operator:somebody-else"}
        row["hash"] = row_hash(row).hex()
        lines[3] = json.dumps(row, ensure_ascii=False).encode()
        files = {**bundle, "facts.jsonl": b"\n".join(lines) + b"\n"}
        told = complaints(unpacked(self.sealed(files), tmp_path))
        assert f"proofs.json: position {row['position']} does not lead to the signed root" in told
        assert "facts.jsonl: line" not in told

    def test_a_value_opened_otherwise(self, bundle, tmp_path: Path) -> None:
        personal = bundle["personal.jsonl"].replace(b"37.5385", b"37.5386")
        told = complaints(unpacked(self.sealed({**bundle, "personal.jsonl": personal}), tmp_path))
        assert "manifest.json: signed by key" in told

    def test_all_signed_anew_holds_until_the_key_is_compared(self, bundle, tmp_path: Path) -> None:
        public = self.stranger.public_key().public_bytes_raw()
        said = json.loads(json.loads(bundle["checkpoint.json"])["checkpoint"])
        said["key_id"] = sha256(public).hexdigest()[:16]
        files = {
            **bundle,
            "checkpoint.json": self.signed("checkpoint", said),
            "public_key.pem": public_key_pem(public),
        }
        folder = unpacked(self.sealed(files), tmp_path / "case")
        found = verify(folder)
        assert found.returncode == 0
        assert "Compare the key id" in found.stdout
        published = tmp_path / "published.pem"
        published.write_bytes(bundle["public_key.pem"])
        assert "not by one you trust" in complaints(folder, "--key", str(published))
        honest = json.loads(json.loads(bundle["checkpoint.json"])["checkpoint"])["key_id"]
        assert "not by one you trust" in complaints(folder, "--key-id", honest)


@pytest.mark.parametrize("form", ["pem", "base64", "checkpoint", "list"])
def test_a_published_key_can_be_named(
    form: str, folder: Path, bundle, case, tmp_path: Path
) -> None:
    signed = json.loads(bundle["checkpoint.json"])
    published = tmp_path / "published"
    forms = {
        "pem": bundle["public_key.pem"],
        "base64": signed["public_key"].encode(),
        "checkpoint": bundle["checkpoint.json"],
        "list": case.house.signing_keys.trusted_file.read_bytes(),
    }
    published.write_bytes(forms[form])
    found = verify(folder, "--key", str(published))
    assert found.returncode == 0, found.stdout
    assert "It is a key that you named." in found.stdout


def test_a_key_counts_only_in_its_time(folder: Path, case, tmp_path: Path) -> None:
    listed = json.loads(case.house.signing_keys.trusted_file.read_bytes())
    listed["keys"][0]["until"] = "2026-01-01T00:00:00.000000Z"
    (tmp_path / "trusted.json").write_text(json.dumps(listed))
    assert "not by one you trust" in complaints(folder, "--key", str(tmp_path / "trusted.json"))


def test_a_file_that_holds_no_key_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "none").write_text("nothing")
    found = verify(folder, "--key", str(tmp_path / "none"))
    assert found.returncode == 2
    assert "holds no public key" in found.stderr
