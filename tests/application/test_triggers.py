"""Whatever a phone sends is understood as far as it goes, and never refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.triggers import TriggerReport, maker_of, read_trigger
from domain.emergency import Emergency, Signal
from domain.emergency.facts import Triggered
from domain.emergency.vocabulary import Alert, Flag, How
from domain.geography import CITY, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from tests.application.house import JIYOUNG, phone, sent
from tests.memory import GANGDONG, GANGDONG_OFFICE, INCHEON, FixedDistricts
from tests.scenario import T0

POLICY = Policy()
PLACE = sent()["position"]


def read(body: Any, *, identity=None, fallback_id: str = "server-made-0001", flags=()) -> Signal:
    report = TriggerReport(sent=body, identity=identity, fallback_id=fallback_id, flags=flags)
    return read_trigger(report, at=T0, districts=FixedDistricts(), policy=POLICY)


def known(**changes: Any) -> Signal:
    """Sent by an enrolled phone."""
    return read(sent(**changes), identity=phone())


def test_a_whole_trigger_has_no_flags() -> None:
    signal = known()
    assert signal.flags == ()
    assert (signal.maker, signal.trigger_id) == (f"citizen:{JIYOUNG}", "t-1")
    assert (signal.how, signal.alert, signal.language) == (How.BUTTON, Alert.SIREN, Language.KO)
    assert (signal.district, signal.position) == (GANGDONG, GANGDONG_OFFICE)
    assert signal.fix is not None
    assert (signal.fix.source, signal.fix.accuracy_m, signal.fix.age_s) == (
        FixSource.GNSS,
        8.5,
        2.0,
    )
    assert (signal.occurred_at, signal.skew_s) == (T0, 0.0)


@pytest.mark.parametrize("body", [None, {}, [], "help", 112, True, [[]]])
def test_a_body_with_nothing_in_it_is_a_trigger(body: Any) -> None:
    signal = read(body)
    assert {Flag.ID_MISSING, Flag.POSITION_MISSING, Flag.HOW_UNKNOWN, Flag.DEVICE_UNKNOWN} <= set(
        signal.flags
    )
    assert (Flag.FIELD_MALFORMED in signal.flags) == (body not in (None, {}))
    assert (signal.district, signal.drill, signal.alert) == (CITY, False, Alert.SIREN)


def test_what_the_edge_found_wrong_stays_flagged() -> None:
    assert Flag.FIELD_MALFORMED in read({}, flags=(Flag.FIELD_MALFORMED,)).flags


@pytest.mark.parametrize(
    ("changes", "flag"),
    [
        ({"position": None}, Flag.POSITION_MISSING),
        ({"position": "here"}, Flag.POSITION_MALFORMED),
        ({"position": PLACE | {"latitude_deg": 137.5}}, Flag.POSITION_MALFORMED),
        ({"position": PLACE | {"latitude_deg": float("nan")}}, Flag.POSITION_MALFORMED),
        ({"position": PLACE | {"longitude_deg": 10**400}}, Flag.POSITION_MALFORMED),
        ({"position": PLACE | {"longitude_deg": True}}, Flag.POSITION_MALFORMED),
        ({"position": PLACE | {"accuracy_m": 501}}, Flag.POSITION_INACCURATE),
        ({"position": PLACE | {"accuracy_m": -1}}, Flag.FIELD_MALFORMED),
        ({"position": PLACE | {"accuracy_m": "8 m"}}, Flag.FIELD_MALFORMED),
        ({"position": PLACE | {"fixed_at": "2023-02-02T14:38:59Z"}}, Flag.POSITION_STALE),
        ({"position": PLACE | {"fixed_at": "yesterday"}}, Flag.FIELD_MALFORMED),
        ({"position": PLACE | {"source": "guess"}}, Flag.FIELD_MALFORMED),
        ({"position": PLACE | {"floor": 3}}, Flag.FIELD_UNKNOWN),
        ({"position": INCHEON.model_dump()}, Flag.POSITION_OUTSIDE),
        ({"how": "whistle"}, Flag.HOW_UNKNOWN),
        ({"how": ["button"]}, Flag.FIELD_MALFORMED),
        ({"how": None}, Flag.HOW_UNKNOWN),
        ({"how": "shake", "presses": 2}, Flag.HOW_IMPLAUSIBLE),
        ({"how": "shake"}, Flag.HOW_IMPLAUSIBLE),
        ({"how": "volume_key", "presses": 2}, Flag.HOW_IMPLAUSIBLE),
        ({"presses": -1}, Flag.FIELD_MALFORMED),
        ({"presses": "three"}, Flag.FIELD_MALFORMED),
        ({"presses": True}, Flag.FIELD_MALFORMED),
        ({"occurred_at": "2023-02-02T23:40:00"}, Flag.FIELD_MALFORMED),
        ({"occurred_at": 1675348860}, Flag.FIELD_MALFORMED),
        ({"occurred_at": "0001-01-01T00:00:00+09:00"}, Flag.FIELD_MALFORMED),
        ({"occurred_at": "2023-02-01T23:41:00+09:00"}, Flag.CLOCK_SKEWED),
        ({"occurred_at": "2023-02-02T23:42:01+09:00"}, Flag.CLOCK_SKEWED),
        ({"language": "tlh"}, Flag.FIELD_MALFORMED),
        ({"alert": "fireworks"}, Flag.FIELD_MALFORMED),
        ({"drill": "no"}, Flag.FIELD_MALFORMED),
        ({"device": {"platform": "toaster"}}, Flag.FIELD_MALFORMED),
        ({"device": {"app_version": "1" * 65}}, Flag.FIELD_MALFORMED),
        ({"device": {"rooted": True}}, Flag.FIELD_UNKNOWN),
        ({"device": "a phone"}, Flag.FIELD_MALFORMED),
        ({"mood": "afraid"}, Flag.FIELD_UNKNOWN),
        ({"trigger_id": 7}, Flag.ID_MISSING),
        ({"trigger_id": "  "}, Flag.ID_MISSING),
        ({"trigger_id": "x" * 129}, Flag.FIELD_MALFORMED),
        ({"trigger_id": "lone \ud800 surrogate"}, Flag.FIELD_MALFORMED),
    ],
    ids=lambda value: json.dumps(value)[:60] if isinstance(value, dict) else value.value,
)
def test_what_is_missing_or_malformed_becomes_a_flag(changes: dict[str, Any], flag: Flag) -> None:
    assert flag in known(**changes).flags


@pytest.mark.parametrize(
    "changes",
    [
        {"how": "shake", "presses": 3},
        {"how": "volume_key", "presses": 3},
        {"how": "bell"},
        {"language": "en-GB"},
        {"language": "zh_Hans_CN"},
        {"alert": "silent"},
        {"drill": True},
        {"occurred_at": None},
        {"occurred_at": "2023-02-02T23:40:00+09:00"},
        {"occurred_at": "2023-02-02T20:00:00+09:00", "sent_at": "2023-02-02T23:41:01+09:00"},
        {"position": PLACE | {"accuracy_m": 500, "fixed_at": "2023-02-02T14:39:00Z"}},
        {"position": PLACE | {"accuracy_m": None, "fixed_at": None, "source": None}},
        {"device": None},
    ],
    ids=lambda value: json.dumps(value)[:60],
)
def test_what_is_in_order_has_no_flag(changes: dict[str, Any]) -> None:
    assert known(**changes).flags == ()


@pytest.mark.parametrize(
    ("platform", "flagged"),
    [
        (Platform.ANDROID, False),
        (Platform.UNKNOWN, False),
        (Platform.IOS, True),
        (Platform.WEB, True),
    ],
)
def test_the_volume_key_is_androids(platform: Platform, flagged: bool) -> None:  # noqa: FBT001
    identity = phone().model_copy(update={"platform": platform})
    signal = read(sent(how="volume_key", presses=3), identity=identity)
    assert (Flag.HOW_IMPLAUSIBLE in signal.flags) == flagged


def test_only_a_plain_true_is_a_drill() -> None:
    assert known(drill=True).drill
    assert not known(drill="true").drill
    assert not known(drill=1).drill


def test_an_alert_that_is_not_understood_makes_no_sound() -> None:
    assert known(alert="quiet please").alert is Alert.SILENT
    assert known(alert=None).alert is Alert.SIREN


def test_a_phone_is_what_it_was_enrolled_as() -> None:
    signal = known(device={"platform": "ios", "app_version": "3.1.0"})
    assert (signal.device.platform, signal.device.app_version) == (Platform.ANDROID, "3.1.0")
    assert signal.device.device_id == phone().device_id


def test_an_unknown_device_is_taken_at_its_word() -> None:
    signal = read(sent("0e7b8a52-long-enough", device={"device_id": "p-7", "platform": "ios"}))
    assert (signal.maker, signal.trigger_id) == ("unknown:p-7", "0e7b8a52-long-enough")
    assert (signal.citizen_id, signal.device.platform) == (None, Platform.IOS)
    assert signal.flags == (Flag.DEVICE_UNKNOWN,)


def test_a_revoked_phone_speaks_for_nobody_but_is_heard() -> None:
    signal = read(sent(), identity=phone(revoked=True))
    assert (signal.maker, signal.citizen_id) == (f"device:{phone().device_id}", None)
    assert signal.flags == (Flag.DEVICE_REVOKED,)
    assert maker_of(phone(revoked=True), "anything") == signal.maker


def test_strangers_with_the_same_short_id_do_not_meet() -> None:
    one, other = (read(sent("1"), fallback_id=f"server-{n}") for n in (1, 2))
    assert one.report_id != other.report_id
    assert Flag.ID_MISSING in one.flags


def test_a_strange_id_still_names_its_trigger() -> None:
    strange = "\ud800" * 300
    assert known(trigger_id=strange).trigger_id == known(trigger_id=strange).trigger_id
    assert known(trigger_id=strange).trigger_id != known(trigger_id="\ud801" * 300).trigger_id


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.datetimes().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
words = st.sampled_from(["button", "shake", "siren", "silent", "ko", "en", "android", "gnss"])
places = st.fixed_dictionaries(
    {},
    optional={
        "latitude_deg": json_values | st.floats(-100, 100),
        "longitude_deg": json_values | st.floats(-200, 200),
        "accuracy_m": json_values,
        "source": json_values | words,
        "fixed_at": json_values | st.datetimes(timezones=st.timezones()).map(str),
    },
)
bodies = (
    st.fixed_dictionaries(
        {},
        optional={
            "trigger_id": json_values | st.text(max_size=200),
            "how": json_values | words,
            "presses": json_values,
            "occurred_at": json_values | st.datetimes(timezones=st.timezones()).map(str),
            "sent_at": json_values,
            "language": json_values | words,
            "alert": json_values | words,
            "drill": json_values,
            "position": json_values | places,
            "device": json_values,
        },
    )
    | json_values
)


@given(body=bodies, enrolled=st.booleans(), revoked=st.booleans())
def test_any_json_makes_a_report_that_can_be_stored(body: Any, enrolled, revoked) -> None:
    signal = read(body, identity=phone(revoked=revoked) if enrolled else None)
    (fact,) = Emergency.trigger(signal, at=T0, policy=POLICY).pending_events
    stored = fact.model_dump_json().encode()
    assert Triggered.model_validate_json(stored) == fact
    assert b"\\u0000" not in stored


def test_each_permission_that_the_phone_was_denied_is_a_flag() -> None:
    told = known(permissions_denied=["microphone", "camera", "telepathy", 7])
    assert told.flags == (Flag.CAMERA_DENIED, Flag.MICROPHONE_DENIED, Flag.PERMISSION_DENIED)
    every = known(
        permissions_denied=["location", "notifications", "bluetooth", "motion"], position=None
    )
    assert set(every.flags) == {
        Flag.POSITION_MISSING,
        Flag.LOCATION_DENIED,
        Flag.NOTIFICATIONS_DENIED,
        Flag.BLUETOOTH_DENIED,
        Flag.MOTION_DENIED,
    }
    assert (every.district, every.cell) == (CITY, None)
    assert known(permissions_denied=[]).flags == ()
    assert known(permissions_denied={"camera": True}).flags == (Flag.FIELD_MALFORMED,)


@pytest.mark.parametrize(
    "said", ["2023-02-03T03:41:00+13:00", "2023-02-02T04:41:00-10:00", "2023-02-02T14:41:00Z"]
)
def test_a_device_in_another_zone_tells_the_same_moment_across_midnight(said: str) -> None:
    there = known(occurred_at=said, position={**PLACE, "fixed_at": said})
    assert (there.occurred_at, there.skew_s, there.flags) == (T0, 0.0, ())
    assert there.fix is not None
    assert there.fix.age_s == 0.0


def test_a_device_that_says_its_local_time_as_ours_is_skewed_and_our_clock_rules() -> None:
    nine_hours_off = known(occurred_at="2023-02-02T23:41:00Z")
    assert nine_hours_off.flags == (Flag.CLOCK_SKEWED,)
    assert nine_hours_off.skew_s == 9 * 3600
    report = Emergency.trigger(nine_hours_off, at=T0, policy=POLICY)
    assert (report.cancel_until - T0).total_seconds() == POLICY.cancel_window_s
