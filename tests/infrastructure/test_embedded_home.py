"""The data folder: rights, lock, secrets, memory."""

from __future__ import annotations

import base64
import os
import stat
from pathlib import Path

import pytest

from infrastructure.embedded.errors import HomeBusy, HomeError
from infrastructure.embedded.home import LATER, SECRETS, Home
from infrastructure.embedded.ports import free_port
from infrastructure.embedded.process import ProcessMark


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_home_is_shut_to_others(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.prepare()
    assert rights(home.path) == 0o700
    assert rights(home.keys) == 0o700
    assert {rights(home.secret_file(name)) for name in SECRETS} == {0o600}


def test_looser_rights_are_tightened(home: Home) -> None:
    home.path.chmod(0o755)
    home.prepare()
    assert rights(home.path) == 0o700


def test_a_folder_with_other_things_in_it_is_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(HomeError, match="holds other files"):
        Home(tmp_path).prepare()
    assert rights(tmp_path) == 0o755


def test_a_file_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    with pytest.raises(HomeError, match="File exists: mend it"):
        Home(tmp_path / "home").prepare()


def test_a_full_disk_is_said_before_anything_is_made(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", least_free_bytes=1 << 60)
    with pytest.raises(HomeError, match="make room"):
        home.prepare()
    assert list(home.path.iterdir()) == []


def test_a_home_of_an_earlier_release_gets_what_it_has_not(home: Home) -> None:
    before = {name: home.secret(name) for name in SECRETS}
    for name in LATER:
        home.secret_file(name).unlink()
    for _ in range(2):
        home.prepare()
    made = {name: home.secret(name) for name in LATER}
    assert all(made[name] not in {"", before[name]} for name in LATER)
    assert {name: home.secret(name) for name in SECRETS} == before | made
    assert {rights(home.secret_file(name)) for name in LATER} == {0o600}
    assert sorted(one.name for one in home.keys.iterdir()) == sorted(SECRETS)


def test_secrets_are_made_once(home: Home) -> None:
    before = {name: home.secret(name) for name in SECRETS}
    home.prepare()
    assert {name: home.secret(name) for name in SECRETS} == before
    assert len(base64.b64decode(before["kek"])) == 32


def test_a_lost_secret_is_never_replaced(home: Home) -> None:
    home.secret_file("kek").unlink()
    home.prepare()
    with pytest.raises(HomeError, match="restore the folder keys/"):
        home.secret("kek")


def test_the_lock_names_its_holder(home: Home) -> None:
    with home.locked():
        assert home.holder() == ProcessMark.of(os.getpid())
        holder = rf"another ansim runs on this home \(pid {os.getpid()}\)"
        with pytest.raises(HomeBusy, match=holder), Home(home.path).locked():
            pytest.fail("two hold one home")
    assert home.holder() is None
    with Home(home.path).locked():
        assert home.holder() is not None


def test_a_port_is_kept_while_it_is_free(home: Home) -> None:
    port = home.port("web")
    assert Home(home.path).port("web") == port
    assert port != home.port("other") != free_port()


def test_processes_are_remembered_and_forgotten(home: Home) -> None:
    mark = ProcessMark.of(os.getpid())
    home.remember("role", mark)
    assert Home(home.path).marks() == {"role": mark}
    home.remember("role", None)
    assert home.mark("role") is None


def test_a_pid_that_was_used_again_is_another_process() -> None:
    mark = ProcessMark.of(os.getpid())
    assert mark is not None
    assert mark.is_alive()
    assert not ProcessMark(mark.pid, mark.started - 60).is_alive()
