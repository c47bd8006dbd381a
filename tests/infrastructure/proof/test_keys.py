"""Keys that sign, keys that are trusted, and the change from one to the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from application.errors import CheckpointKeyLost
from domain.checkpoint import NOTHING, Checkpoint, SignedCheckpoint, TreeHead
from domain.merkle import EMPTY_ROOT
from infrastructure.proof.signing_keys import SigningKeys
from infrastructure.proof.trusted import NotTrusted, Trusted, verified

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EMPTY = TreeHead(size=0, root=EMPTY_ROOT.hex(), head=NOTHING)


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    keys = SigningKeys(tmp_path / "checkpoint")
    keys.make()
    return keys


def sealed(keys: SigningKeys, at: datetime = T0, **other: object) -> SignedCheckpoint:
    told = {
        "origin": keys.trusted().origin,
        "number": 1,
        "previous": NOTHING,
        "sealed_at": at,
        "facts": EMPTY,
        "access": EMPTY,
        "key_id": keys.current().key_id,
    }
    return keys.sign(Checkpoint.model_validate(told | other))


def test_the_first_key_is_made_once_and_for_the_owner_only(keys) -> None:
    assert keys.key_file.stat().st_mode & 0o777 == 0o600
    before = keys.key_file.read_bytes(), keys.trusted_file.read_bytes()
    keys.make()
    assert (keys.key_file.read_bytes(), keys.trusted_file.read_bytes()) == before


def test_what_it_signs_is_trusted(keys) -> None:
    signed = sealed(keys)
    assert keys.trusted().check(signed) == signed.checkpoint
    assert Trusted.from_json(keys.trusted_file.read_bytes()) == keys.trusted()


def test_other_bytes_are_signed_too(keys) -> None:
    signature, public = keys.sign_bytes(b"a manifest")
    assert public == keys.current().raw
    assert verified(public, signature, b"a manifest")
    assert not verified(public, signature, b"another")


def test_a_key_that_merely_comes_along_is_not_trusted(keys, tmp_path) -> None:
    stranger = SigningKeys(tmp_path / "stranger")
    stranger.make()
    forged = sealed(stranger, origin=keys.trusted().origin)
    with pytest.raises(NotTrusted, match="whom nobody here trusts"):
        keys.trusted().check(forged)
    pretending = sealed(
        stranger, origin=keys.trusted().origin, key_id=keys.current().key_id
    ).model_copy(update={"public_key": keys.current().raw})
    with pytest.raises(NotTrusted, match="does not bear the signature"):
        keys.trusted().check(pretending)


def test_another_history_is_not_trusted(keys) -> None:
    with pytest.raises(NotTrusted, match="is about ansim:other"):
        keys.trusted().check(sealed(keys, origin="ansim:other"))


def test_after_a_rotation_both_keys_are_trusted_for_a_day(keys, tmp_path) -> None:
    old_folder = tmp_path / "old"
    old_folder.mkdir()
    for path in (keys.key_file, keys.trusted_file):
        (old_folder / path.name).write_bytes(path.read_bytes())
    old, before = SigningKeys(old_folder), sealed(keys, T0 - DAY)
    keys.rotate(T0)
    trusted = keys.trusted()
    assert trusted.check(before)
    assert trusted.check(sealed(keys, T0))
    assert trusted.check(sealed(old, T0 + DAY / 2))
    with pytest.raises(NotTrusted, match="outside the time"):
        trusted.check(sealed(old, T0 + DAY))
    with pytest.raises(CheckpointKeyLost, match="is over"):
        keys.sign(sealed(keys, T0 - DAY).checkpoint)


def test_the_new_key_is_endorsed_by_the_old(keys) -> None:
    before = keys.trusted()
    new = keys.rotate(T0)
    assert before.followed_by(new) == keys.trusted()
    assert keys.trusted().followed_by(new) == keys.trusted()
    for change in ({"since": T0 - DAY}, {"public_key": "ab" * 32}, {"endorsement": None}):
        with pytest.raises(NotTrusted):
            before.followed_by(new.model_copy(update=change))


def test_an_ended_key_endorses_nobody(keys) -> None:
    keys.rotate(T0)
    ended = Trusted(
        origin=keys.trusted().origin,
        keys=tuple(key.ending(T0 + DAY) for key in keys.trusted().keys),
    )
    later = keys.rotate(T0 + 2 * DAY)
    with pytest.raises(NotTrusted, match="outside its time"):
        ended.followed_by(later)


def test_a_rotation_that_was_cut_short_is_finished(keys, monkeypatch) -> None:
    with monkeypatch.context() as crash:
        crash.setattr(SigningKeys, "_promote", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            keys.rotate(T0)
    assert len(keys.trusted().keys) == 2
    assert keys.trusted().check(sealed(keys, T0))
    finished = keys.rotate(T0 + DAY)
    assert keys.current() == finished
    assert [key.since for key in keys.trusted().keys] == [None, T0]


def test_a_lost_key_is_followed_by_one_that_nobody_endorses(keys) -> None:
    before = keys.trusted()
    keys.key_file.unlink()
    with pytest.raises(CheckpointKeyLost, match=r"current\.pem"):
        keys.rotate(T0)
    new = keys.rotate(T0, lost=True)
    assert keys.trusted().check(sealed(keys, T0))
    with pytest.raises(NotTrusted, match="endorsed by nobody"):
        before.followed_by(new)


@pytest.mark.parametrize("content", [b"", b"noise", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key_is_said(keys, content) -> None:
    keys.key_file.write_bytes(content)
    with pytest.raises(CheckpointKeyLost, match="holds no private key"):
        keys.current()


def test_a_list_that_is_gone_is_said(keys) -> None:
    keys.trusted_file.unlink()
    with pytest.raises(CheckpointKeyLost, match=r"trusted\.json"):
        keys.current()


def test_a_key_file_elsewhere_has_its_list_beside_it(tmp_path) -> None:
    (tmp_path / "safe").mkdir()
    keys = SigningKeys(tmp_path / "home", key_file=tmp_path / "safe" / "seal.pem")
    keys.make()
    assert {path.name for path in (tmp_path / "safe").iterdir()} == {
        "lock",
        "seal.pem",
        "trusted.json",
    }


def test_where_nothing_was_ever_sealed_there_are_no_keys_yet(tmp_path) -> None:
    keys = SigningKeys(tmp_path / "checkpoint")
    for ask in (keys.trusted, lambda: keys.rotate(T0)):
        with pytest.raises(CheckpointKeyLost, match="the first checkpoint makes them"):
            ask()
    assert not (tmp_path / "checkpoint").exists()
