"""Her phones: what each may do, one more, one lost."""

from __future__ import annotations

import pytest

from application.errors import Unknown
from application.identity import DeviceIdentity
from domain.device import Description, Device, InUse, TooMany
from domain.permission import Permission, Use, stopped
from domain.platform import Platform
from tests.application.joining import (
    MOTHER,
    Guarded,
    JoiningHouse,
)


@pytest.fixture
def house() -> JoiningHouse:
    return JoiningHouse()


@pytest.fixture
def her(house: JoiningHouse) -> Guarded:
    return Guarded(house)


class TestPhones:
    @pytest.fixture
    def first(self, house: JoiningHouse, her: Guarded) -> DeviceIdentity:
        [device_id] = [
            fact.originator_id for fact in house.log.facts() if fact.TOPIC == "device.enrolled"
        ]
        return DeviceIdentity(citizen_id=her.id, device_id=device_id, platform=Platform.UNKNOWN)

    def test_a_phone_says_what_it_may_do(
        self, house: JoiningHouse, her: Guarded, first: DeviceIdentity
    ) -> None:
        told = Description(
            platform=Platform.IOS,
            app_version="3.2.0",
            granted=(Permission.LOCATION, Permission.CAMERA),
            bluetooth=True,
        )
        house.devices.describe(first, told, her.context)
        [shown] = house.devices.mine(first).devices
        assert (shown.app_version, shown.bluetooth, shown.this_one) == ("3.2.0", True, True)
        assert Use.RAISE_BY_SHAKING in shown.stopped
        assert Use.SEND_PLACE not in shown.stopped

    def test_one_more_phone_and_one_lost(
        self, house: JoiningHouse, her: Guarded, first: DeviceIdentity
    ) -> None:
        added = house.devices.add(Platform.ANDROID, her.context)
        assert added.device_token is not None
        assert {one.device_id for one in house.devices.mine(first).devices} == {
            first.device_id,
            added.device_id,
        }
        for _ in range(2):
            house.devices.revoke(added.device_id, first, her.context)
        assert [one.device_id for one in house.devices.mine(first).devices] == [first.device_id]
        assert house.app.load(Device, added.device_id).revoked

    def test_a_phone_does_not_take_its_own_word_away(
        self, house: JoiningHouse, her: Guarded, first: DeviceIdentity
    ) -> None:
        with pytest.raises(InUse):
            house.devices.revoke(first.device_id, first, her.context)

    def test_nor_anothers(self, house: JoiningHouse, her: Guarded, first: DeviceIdentity) -> None:
        Guarded(house, MOTHER)
        [*_, foreign] = [
            fact.originator_id for fact in house.log.facts() if fact.TOPIC == "device.enrolled"
        ]
        with pytest.raises(Unknown):
            house.devices.revoke(foreign, first, her.context)

    def test_five_phones_speak_for_her_at_most(
        self, house: JoiningHouse, her: Guarded, first: DeviceIdentity
    ) -> None:
        added = [house.devices.add(Platform.WEB, her.context) for _ in range(4)]
        with pytest.raises(TooMany):
            house.devices.add(Platform.WEB, her.context)
        house.devices.revoke(added[0].device_id, first, her.context)
        house.devices.add(Platform.WEB, her.context)


def test_each_platform_asks_for_what_it_can_use() -> None:
    assert stopped(Platform.ANDROID, tuple(Permission)) == ()
    assert Use.RAISE_BY_VOLUME_KEY in stopped(Platform.ANDROID, ())
    assert Use.RAISE_BY_VOLUME_KEY not in stopped(Platform.IOS, ())
    assert Use.RAISE_BY_SHAKING not in stopped(Platform.ANDROID, ())
    assert Use.FOLLOW_WITH_SCREEN_OFF not in stopped(Platform.WEB, ())
    assert stopped(Platform.BELL, ()) == ()
