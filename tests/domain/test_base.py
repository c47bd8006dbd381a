"""Facts, aggregates, and the sentence that a failing scenario prints."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from eventsourcing.domain import OriginatorVersionError
from pydantic import ValidationError

from domain.base import ERASED, Envelope, Erased, Fact, SealedPart, project
from domain.device import Device, Enrolled, Revoked
from domain.emergency import facts, refusals
from domain.member import Member, Registered
from domain.platform import Platform
from tests.domain.reports import JIYOUNG, POLICY, REPORT, accepted, after, claimed, triggered
from tests.scenario import T0, Scenario

PHONE = UUID("6f9619ff-8b86-4d01-b42d-00cf4fc964ff")


def enrolled() -> Scenario[Device]:
    return Scenario[Device](PHONE).given(
        Enrolled,
        originator_topic="device",
        timestamp=T0,
        citizen_id=JIYOUNG,
        platform=Platform.ANDROID,
        secret_sha256="-",
    )


def envelope(*sealed: SealedPart) -> Envelope:
    return Envelope(
        position=7,
        event_id=PHONE,
        correlation_id=PHONE,
        causation_id=None,
        actor="citizen:x",
        recorded_at=T0,
        sealed=sealed,
    )


def sealed_for(subject: UUID) -> SealedPart:
    return SealedPart(
        aggregate_id=REPORT,
        version=1,
        topic="emergency.triggered",
        schema_version=1,
        subject=subject,
        key_id=PHONE,
        nonce=b"n",
        ciphertext=b"c",
    )


def fact_of(scenario: Scenario, number: int = 0) -> Fact:
    return scenario._given[number]


def test_the_domain_reads_no_clock() -> None:
    with pytest.raises(TypeError):
        Fact.create_timestamp()


def test_a_fact_refuses_what_it_does_not_know() -> None:
    with pytest.raises(ValidationError):
        enrolled().given(Revoked, timestamp=T0, colour="red")


def test_a_moment_without_a_zone_is_no_moment() -> None:
    with pytest.raises(ValidationError):
        enrolled().given(Revoked, timestamp=datetime(2023, 2, 2))  # noqa: DTZ001


def test_personal_fields_are_known_by_their_subject() -> None:
    assert facts.Triggered.PERSONAL == {"position": "originator_id"}
    assert facts.Triggered.PURPOSES == {"position": "track"}
    assert facts.Claimed.PERSONAL == {}


def test_only_a_fact_from_the_log_has_an_envelope() -> None:
    fact = fact_of(triggered())
    assert fact.log_position is None
    with pytest.raises(ValueError, match="not been read"):
        _ = fact.envelope
    read = fact.enveloped(envelope())
    assert (read.envelope.position, read.log_position) == (7, 7)
    assert fact.received_at == T0


def test_a_sealed_field_is_found_by_its_subject() -> None:
    fact = fact_of(triggered()).enveloped(envelope(sealed_for(JIYOUNG)))
    assert fact.sealed("position") == sealed_for(JIYOUNG)
    bell = fact_of(triggered(citizen_id=None)).enveloped(envelope(sealed_for(REPORT)))
    assert bell.sealed("position") == sealed_for(REPORT)
    assert bell.enveloped(envelope()).sealed("position") is None


def test_an_erased_position_reads_as_erased() -> None:
    fact = fact_of(triggered(position=ERASED))
    again = facts.Triggered.model_validate_json(fact.model_dump_json())
    assert isinstance(again.position, Erased)


def test_a_stream_begins_once() -> None:
    first = fact_of(enrolled())
    with pytest.raises(OriginatorVersionError):
        project(project(None, [first]), [first])


def test_a_device_is_known_by_its_secret_and_revoked_once() -> None:
    device = Device.enroll(
        device_id=PHONE, citizen_id=JIYOUNG, platform=Platform.IOS, secret="s3", at=T0
    )
    assert device.knows("s3")
    assert not device.knows("s4")

    def revoke_twice(one: Device) -> None:
        one.revoke(at=T0)
        one.revoke(at=T0)

    enrolled().when(revoke_twice).then(Revoked)


def test_a_member_is_registered_with_sealed_name_and_phone() -> None:
    member = Member.register(
        citizen_id=JIYOUNG, name="김지영", phone="+821012345678", language="ko", at=T0
    )
    assert dict.fromkeys(("name", "phone", "birth_date"), "citizen_id") == Registered.PERSONAL
    assert (member.id, member.name, member.language) == (JIYOUNG, "김지영", "ko")


def test_a_turn_remembers_where_the_log_holds_it() -> None:
    stream = [fact.enveloped(envelope()) for fact in claimed()._given]
    report = project(None, stream)
    assert report is not None
    assert report.turned_at == 7


def test_a_failing_scenario_prints_the_sentence_that_is_false() -> None:
    cancel = accepted().when(lambda report: report.cancel(at=after(60), policy=POLICY))
    with pytest.raises(AssertionError) as failed:
        cancel.then((facts.Cancelled, {"timestamp": after(60)}))
    sentence = str(failed.value)
    assert "Given    emergency.triggered, emergency.accepted" in sentence
    assert "report.cancel(at=after(60), policy=POLICY)" in sentence
    assert "Then     emergency.cancelled" in sentence
    assert "but got  emergency.cancel_refused" in sentence
    with pytest.raises(AssertionError, match=r"refused as emergency\.resolved"):
        cancel.then_refused(refusals.AlreadyResolved)


def test_a_scenario_is_not_content_with_fewer_facts() -> None:
    nothing = accepted().when(lambda report: report.window_elapsed)
    with pytest.raises(AssertionError, match="but got  nothing"):
        nothing.then(facts.Accepted)
