"""A case leaves the house only for an auditor, with a reason, and never unseen."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.case_file import Case
from application.context import system
from application.errors import Forbidden, HistoryRewritten, Unknown
from application.export_desk import ExportReport
from application.staff_desk import DismissStaff, EnrollStaff
from domain.emergency.exporting import Exported as ExportedFact
from domain.emergency.facts import track_of
from domain.emergency.refusals import ReasonNeeded
from domain.language import Language
from domain.merkle import leaf_hash, verify_inclusion
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.interfaces.case_file.conftest import unpacked
from tests.interfaces.case_file.lived import (
    AUDITOR,
    GANGDONG,
    NOTE,
    OPERATOR,
    REASON,
    RECIPIENT,
    Lived,
    asked_by,
    lived,
)
from tests.interfaces.case_file.tampering import rewritten
from tests.interfaces.case_file.verifying import verify

COMMAND = system("command", correlation_id=uuid4())


def lines(content: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in content.splitlines()]


def exports(case: Lived) -> list[ExportedFact]:
    return [
        fact for fact in case.house.app.history(case.report_id) if isinstance(fact, ExportedFact)
    ]


class TestTheBundle:
    def test_it_holds_the_whole_case_as_hashed(self, case: Lived, bundle) -> None:
        facts = lines(bundle["facts.jsonl"])
        assert [fact["topic"] for fact in facts] == case.topics()[: len(facts)]
        assert facts[0]["topic"] == "emergency.triggered"
        assert NOTE not in bundle["facts.jsonl"].decode()

    def test_personal_values_stand_apart(self, bundle) -> None:
        opened = lines(bundle["personal.jsonl"])
        assert opened[0]["fields"]["position"]["latitude_deg"] == 37.5385
        assert {"note": NOTE} in [line["fields"] for line in opened]

    def test_its_proofs_lead_to_the_newest_checkpoint(self, bundle) -> None:
        given = json.loads(bundle["proofs.json"])
        checkpoint = json.loads(json.loads(bundle["checkpoint.json"])["checkpoint"])
        hashes = {fact["position"]: fact["hash"] for fact in lines(bundle["facts.jsonl"])}
        assert checkpoint["facts"]["size"] >= max(hashes)
        for proof in given["proofs"]:
            assert verify_inclusion(
                leaf_hash(bytes.fromhex(hashes[proof["position"]])),
                proof["position"] - 1,
                checkpoint["facts"]["size"],
                [bytes.fromhex(node) for node in proof["path"]],
                bytes.fromhex(checkpoint["facts"]["root"]),
            )

    def test_every_export_is_a_fact_and_both_are_good(self, case: Lived, tmp_path: Path) -> None:
        before = len(exports(case))
        for number in (1, 2):
            made = case.export()
            assert verify(unpacked(dict(made.files), tmp_path / f"{number}")).returncode == 0
            kept = exports(case)
            assert len(kept) == before + number
            assert kept[-1].manifest_sha256 == sha256(made.files["manifest.json"]).hexdigest()
            assert kept[-1].exported_by == UUID(AUDITOR.principal.id)
            assert (kept[-1].reason, kept[-1].recipient) == (REASON, RECIPIENT)
            assert kept[-1].export_id == made.receipt.export_id

    def test_everybody_whose_data_left_has_an_access_record(self, case: Lived) -> None:
        case.export()
        subject, actor, why = case.accesses("report.export")[0]
        subjects = {subject for subject, _, _ in case.accesses("report.export")}
        assert case.citizen_id in subjects
        assert actor == AUDITOR.principal.actor
        assert why == REASON
        assert subject in subjects

    def test_why_and_for_whom_is_sealed(self, case: Lived) -> None:
        case.export()
        with case.house.database.connection() as connection:
            [(opened,)] = connection.execute(
                "SELECT open FROM events WHERE topic = 'emergency.exported'"
                " ORDER BY position DESC LIMIT 1"
            ).fetchall()
        assert RECIPIENT not in opened
        assert "2026고단1234" not in opened


class TestRefusals:
    @pytest.mark.parametrize(
        "context",
        [OPERATOR, asked_by(Role.SUPERVISOR, GANGDONG), asked_by(Role.COORDINATOR),
         asked_by(Role.STATISTICIAN), asked_by(Role.ADMINISTRATOR), asked_by(Role.CITIZEN)],
        ids=lambda context: context.principal.role,
    )  # fmt: skip
    def test_only_an_auditor_may(self, case: Lived, context) -> None:
        before = len(exports(case))
        with pytest.raises(Forbidden):
            case.export(context)
        assert len(exports(case)) == before
        [(subject, actor, why), *_] = case.accesses("report.export.refused")
        assert (subject, actor) == (case.citizen_id, context.principal.actor)
        assert why == f"forbidden: {REASON}"

    def test_not_without_a_reason(self, case: Lived) -> None:
        with pytest.raises(ReasonNeeded):
            case.export(reason="   ")
        assert case.accesses("report.export.refused")[0][2] == "emergency.reason_needed"

    def test_an_unknown_report(self, case: Lived) -> None:
        nothing = uuid4()
        with pytest.raises(Unknown):
            case.export(report_id=nothing)
        assert case.accesses("report.export.refused")[0][0] == nothing

    def test_a_command_names_an_auditor_or_nobody(self, case: Lived, house: House) -> None:
        auditor = staff(house, Role.AUDITOR)
        case.export(COMMAND, on_behalf_of=auditor)
        assert exports(case)[-1].exported_by == auditor
        assert case.accesses("report.export")[0][1:] == (
            "system:command",
            f"{REASON} (auditor:{auditor})",
        )
        case.export(COMMAND)
        assert exports(case)[-1].exported_by is None
        house.staff_desk.leave(DismissStaff(staff_id=auditor), COMMAND)
        for other in (auditor, staff(house, Role.ADMINISTRATOR), uuid4()):
            with pytest.raises(Forbidden, match="for an auditor only"):
                case.export(COMMAND, on_behalf_of=other)

    def test_a_rewritten_log_is_not_signed_for(self, cluster, tmp_path: Path) -> None:
        with cluster.database() as database:
            settings = Settings(home=tmp_path / "home", database_url=database.service_url)
            with House(settings, role="test") as house:
                house.home.prepare()
                case = lived(house)
                case.export()
                rewritten(database, case.report_id)
                with pytest.raises(HistoryRewritten):
                    case.export()
                assert len(exports(case)) == 1


class TestErased:
    def test_what_is_erased_is_exported_as_erased(self, house: House, tmp_path: Path) -> None:
        case = lived(house)
        case.export()
        for subject in (case.report_id, track_of(case.report_id)):
            house.key_ring.destroy(subject)
        made = case.export(language=Language.KO)
        *opened, export = lines(made.files["personal.jsonl"])
        assert all(line["erased"] is True for line in opened)
        assert export["fields"] == {"reason": REASON, "recipient": RECIPIENT}
        told = made.files["timeline.html"].decode()
        assert "37.5385" not in told
        assert NOTE not in told
        assert "열쇠가 파기되어" in told
        found = verify(unpacked(dict(made.files), tmp_path / "erased"))
        assert found.returncode == 0, found.stdout

    def test_no_key_is_made_for_the_erased(self, house: House) -> None:
        case = lived(house)
        erased = (case.report_id, track_of(case.report_id), case.citizen_id)
        for subject in erased:
            house.key_ring.destroy(subject)
        case.export()
        with house.database.connection() as connection:
            [(living,)] = connection.execute(
                "SELECT count(*) FROM subject_keys"
                " WHERE subject = ANY(%s) AND destroyed_at IS NULL",
                (list(erased),),
            ).fetchall()
        assert living == 0


def test_clips_lie_in_the_bundle_and_are_covered(house: House, tmp_path: Path) -> None:
    """Recordings come through a port; here five seconds from one camera."""

    class OneClip:
        def of(self, report_id: UUID) -> dict[str, bytes]:
            return {f"{report_id}.mp4": b"five seconds"}

    case = lived(house)
    house.export_desk._clips, none = OneClip(), house.export_desk._clips
    try:
        made = case.export()
    finally:
        house.export_desk._clips = none
    folder = unpacked(dict(made.files), tmp_path / "clip")
    assert verify(folder).returncode == 0
    clip = folder / "clip" / f"{case.report_id}.mp4"
    clip.write_bytes(b"fine seconds")
    assert f"{clip.name}: changed" in verify(folder).stdout


def test_nothing_is_kept_as_exported_when_the_papers_fail(case: Lived) -> None:
    def failing(_case: Case) -> dict[str, bytes]:
        raise OSError("no paper")

    before = len(exports(case))
    command = ExportReport(report_id=case.report_id, reason=REASON)
    with pytest.raises(OSError, match="no paper"):
        case.house.export_desk.export(command, AUDITOR, failing)
    assert len(exports(case)) == before


def staff(house: House, role: Role) -> UUID:
    command = EnrollStaff(
        login=f"{role}-{uuid4().hex[:8]}", password="a long enough word", name="김하나", role=role,
        district=None,
    )  # fmt: skip
    return house.staff_desk.enroll(command, COMMAND).aggregate_id
