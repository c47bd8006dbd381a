"""What a phone may do, as its owner has allowed it; what for, and what stops without."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final

from domain.platform import Platform


class Permission(StrEnum):
    """In words of our own: each platform has others for the same."""

    LOCATION = "location"
    LOCATION_IN_BACKGROUND = "location_in_background"
    CAMERA = "camera"
    MICROPHONE = "microphone"
    NOTIFICATIONS = "notifications"
    BLUETOOTH = "bluetooth"
    MOTION = "motion"
    NFC = "nfc"
    OVERLAY = "overlay"
    """To be heard by the volume key while another app is in front (Android)."""


class Use(StrEnum):
    """What a permission is for; without it, just that stops."""

    SEND_PLACE = "send_place"
    """With an alarm, and on the way home."""
    FIND_NEARBY = "find_nearby"
    """Safety facilities around."""
    FOLLOW_WITH_SCREEN_OFF = "follow_with_screen_off"
    FILM_SCENE = "film_scene"
    """Five seconds of the rear camera with an alarm."""
    READ_TAXI_CODE = "read_taxi_code"
    """The plate as a QR code."""
    READ_TAXI_TAG = "read_taxi_tag"
    """The plate from the tag in the car."""
    HEAR_SCENE = "hear_scene"
    """The sound of those seconds."""
    BE_TOLD = "be_told"
    """Questions of the control room, and what comes next."""
    FIND_LIGHTS = "find_lights"
    """The smart security light right above."""
    RAISE_BY_SHAKING = "raise_by_shaking"
    RAISE_BY_VOLUME_KEY = "raise_by_volume_key"
    """Android only: press release of 2023-09-05."""


_EVERYWHERE: Final[Mapping[Permission, tuple[Use, ...]]] = {
    Permission.LOCATION: (Use.SEND_PLACE, Use.FIND_NEARBY),
    Permission.CAMERA: (Use.FILM_SCENE, Use.READ_TAXI_CODE),
    Permission.MICROPHONE: (Use.HEAR_SCENE,),
    Permission.NOTIFICATIONS: (Use.BE_TOLD,),
}
_INSTALLED: Final[Mapping[Permission, tuple[Use, ...]]] = {
    **_EVERYWHERE,
    Permission.LOCATION_IN_BACKGROUND: (Use.FOLLOW_WITH_SCREEN_OFF,),
    Permission.BLUETOOTH: (Use.FIND_LIGHTS,),
    Permission.NFC: (Use.READ_TAXI_TAG,),
}
_SHAKEN: Final = {Permission.MOTION: (Use.RAISE_BY_SHAKING,)}
USES: Final[Mapping[Platform, Mapping[Permission, tuple[Use, ...]]]] = {
    Platform.ANDROID: {**_INSTALLED, Permission.OVERLAY: (Use.RAISE_BY_VOLUME_KEY,)},
    Platform.IOS: {**_INSTALLED, **_SHAKEN},
    Platform.WEB: {**_EVERYWHERE, **_SHAKEN},
}
"""What each platform asks its owner for: Android lets every app feel movements; only there can the
volume key be heard; a page in a browser ends with the screen. Ours, after their manuals."""


def stopped(platform: Platform, granted: Collection[Permission]) -> tuple[Use, ...]:
    """What does not work on a device for want of permissions; each once, in the table's order."""
    return tuple(
        use
        for permission, uses in USES.get(platform, {}).items()
        if permission not in granted
        for use in uses
    )
