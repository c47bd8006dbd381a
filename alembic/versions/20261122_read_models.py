"""Keep read models in schemas of their own: one live, one being built, one retired.

The columns are frozen here as they were on this day; a fold that changes shape gets a new
version, and a migration or a rebuild of its own. Rows are folded from the log, so going
back means dropping the tables.
"""

from __future__ import annotations

from alembic import op

revision = "20261122_read_models"
down_revision = "20261122_timers_deliveries"
branch_labels = None
depends_on = None

SCHEMAS = ("read", "shadow", "retired")

BOOKKEEPING = """
CREATE TABLE read.tracking (
    fold text PRIMARY KEY,
    version int NOT NULL,
    position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE read.parked (
    fold text NOT NULL,
    key text NOT NULL,
    position bigint NOT NULL,
    aggregate_id uuid NOT NULL,
    version int NOT NULL,
    topic text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (fold, key, position)
);
"""

TABLES = """
CREATE TABLE read.operator_queue (
    report_id UUID NOT NULL,
    stage TEXT NOT NULL,
    lane TEXT NOT NULL,
    ringing BOOLEAN NOT NULL,
    escalation TEXT,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    citizen_known BOOLEAN NOT NULL,
    how TEXT NOT NULL,
    platform TEXT NOT NULL,
    language TEXT NOT NULL,
    alert TEXT NOT NULL,
    flags TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancel_until TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    answer_by TIMESTAMP WITH TIME ZONE,
    held_by UUID,
    claimed_at TIMESTAMP WITH TIME ZONE,
    act_by TIMESTAMP WITH TIME ZONE,
    late_cancels BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    call TEXT NOT NULL,
    police TEXT NOT NULL,
    police_unassessed BOOLEAN NOT NULL,
    ambulance TEXT NOT NULL,
    fix_source TEXT,
    fix_accuracy_m DOUBLE PRECISION,
    fix_age_s DOUBLE PRECISION,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    PRIMARY KEY (report_id)
)
 WITH (fillfactor = 60);
CREATE INDEX operator_queue_changed ON read.operator_queue (valid_from);
CREATE INDEX operator_queue_open ON read.operator_queue (district)
    WHERE stage IN ('window', 'open', 'claimed');
CREATE TABLE read.operator_queue_history (
    report_id UUID NOT NULL,
    stage TEXT NOT NULL,
    lane TEXT NOT NULL,
    ringing BOOLEAN NOT NULL,
    escalation TEXT,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    citizen_known BOOLEAN NOT NULL,
    how TEXT NOT NULL,
    platform TEXT NOT NULL,
    language TEXT NOT NULL,
    alert TEXT NOT NULL,
    flags TEXT NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancel_until TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at TIMESTAMP WITH TIME ZONE,
    answer_by TIMESTAMP WITH TIME ZONE,
    held_by UUID,
    claimed_at TIMESTAMP WITH TIME ZONE,
    act_by TIMESTAMP WITH TIME ZONE,
    late_cancels BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    call TEXT NOT NULL,
    police TEXT NOT NULL,
    police_unassessed BOOLEAN NOT NULL,
    ambulance TEXT NOT NULL,
    fix_source TEXT,
    fix_accuracy_m DOUBLE PRECISION,
    fix_age_s DOUBLE PRECISION,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid INT8RANGE NOT NULL,
    PRIMARY KEY (report_id, valid)
);
CREATE INDEX operator_queue_history_valid ON read.operator_queue_history USING gist (valid);
CREATE TABLE read.report_detail (
    report_id UUID NOT NULL,
    stage TEXT NOT NULL,
    lane TEXT NOT NULL,
    ringing BOOLEAN NOT NULL,
    escalation TEXT,
    outcome TEXT,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    citizen_id UUID,
    device_id UUID,
    app_version TEXT,
    platform TEXT NOT NULL,
    language TEXT NOT NULL,
    how TEXT NOT NULL,
    presses BIGINT,
    alert TEXT NOT NULL,
    flags TEXT NOT NULL,
    cell TEXT,
    fix_source TEXT,
    fix_accuracy_m DOUBLE PRECISION,
    fixed_at TIMESTAMP WITH TIME ZONE,
    fix_age_s DOUBLE PRECISION,
    skew_s DOUBLE PRECISION,
    position TEXT,
    position_at TIMESTAMP WITH TIME ZONE,
    occurred_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancel_until TIMESTAMP WITH TIME ZONE NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    answer_by TIMESTAMP WITH TIME ZONE,
    held_by UUID,
    first_claimed_at TIMESTAMP WITH TIME ZONE,
    claimed_at TIMESTAMP WITH TIME ZONE,
    act_by TIMESTAMP WITH TIME ZONE,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by UUID,
    reopened BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    late_cancels BIGINT NOT NULL,
    escalated BIGINT NOT NULL,
    cameras_viewed BIGINT NOT NULL,
    call TEXT NOT NULL,
    call_id TEXT,
    call_connected_at TIMESTAMP WITH TIME ZONE,
    call_talked_s DOUBLE PRECISION,
    police TEXT NOT NULL,
    police_unassessed BOOLEAN NOT NULL,
    police_requests TEXT NOT NULL,
    patrol_arrived_at TIMESTAMP WITH TIME ZONE,
    ambulance TEXT NOT NULL,
    ambulance_requests TEXT NOT NULL,
    ambulance_arrived_at TIMESTAMP WITH TIME ZONE,
    texts TEXT NOT NULL,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid_from BIGINT NOT NULL,
    PRIMARY KEY (report_id)
)
 WITH (fillfactor = 60);
CREATE TABLE read.report_detail_history (
    report_id UUID NOT NULL,
    stage TEXT NOT NULL,
    lane TEXT NOT NULL,
    ringing BOOLEAN NOT NULL,
    escalation TEXT,
    outcome TEXT,
    district TEXT NOT NULL,
    audience TEXT NOT NULL,
    citizen_id UUID,
    device_id UUID,
    app_version TEXT,
    platform TEXT NOT NULL,
    language TEXT NOT NULL,
    how TEXT NOT NULL,
    presses BIGINT,
    alert TEXT NOT NULL,
    flags TEXT NOT NULL,
    cell TEXT,
    fix_source TEXT,
    fix_accuracy_m DOUBLE PRECISION,
    fixed_at TIMESTAMP WITH TIME ZONE,
    fix_age_s DOUBLE PRECISION,
    skew_s DOUBLE PRECISION,
    position TEXT,
    position_at TIMESTAMP WITH TIME ZONE,
    occurred_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    cancel_until TIMESTAMP WITH TIME ZONE NOT NULL,
    cancelled_at TIMESTAMP WITH TIME ZONE,
    accepted_at TIMESTAMP WITH TIME ZONE,
    answer_by TIMESTAMP WITH TIME ZONE,
    held_by UUID,
    first_claimed_at TIMESTAMP WITH TIME ZONE,
    claimed_at TIMESTAMP WITH TIME ZONE,
    act_by TIMESTAMP WITH TIME ZONE,
    resolved_at TIMESTAMP WITH TIME ZONE,
    resolved_by UUID,
    reopened BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    late_cancels BIGINT NOT NULL,
    escalated BIGINT NOT NULL,
    cameras_viewed BIGINT NOT NULL,
    call TEXT NOT NULL,
    call_id TEXT,
    call_connected_at TIMESTAMP WITH TIME ZONE,
    call_talked_s DOUBLE PRECISION,
    police TEXT NOT NULL,
    police_unassessed BOOLEAN NOT NULL,
    police_requests TEXT NOT NULL,
    patrol_arrived_at TIMESTAMP WITH TIME ZONE,
    ambulance TEXT NOT NULL,
    ambulance_requests TEXT NOT NULL,
    ambulance_arrived_at TIMESTAMP WITH TIME ZONE,
    texts TEXT NOT NULL,
    last_topic TEXT NOT NULL,
    last_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_position BIGINT NOT NULL,
    valid INT8RANGE NOT NULL,
    PRIMARY KEY (report_id, valid)
);
CREATE INDEX report_detail_history_valid ON read.report_detail_history USING gist (valid);
CREATE TABLE read.usage_by_hour (
    service TEXT NOT NULL,
    district TEXT NOT NULL,
    hour TIMESTAMP WITH TIME ZONE NOT NULL,
    uses BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    by_button BIGINT NOT NULL,
    by_shake BIGINT NOT NULL,
    by_volume_key BIGINT NOT NULL,
    by_bell BIGINT NOT NULL,
    by_unknown BIGINT NOT NULL,
    silent BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    police BIGINT NOT NULL,
    ambulance BIGINT NOT NULL,
    resolved BIGINT NOT NULL,
    PRIMARY KEY (service, district, hour)
);
CREATE TABLE read.incident_history (
    report_id UUID NOT NULL,
    version BIGINT NOT NULL,
    position BIGINT NOT NULL,
    topic TEXT NOT NULL,
    schema_version BIGINT NOT NULL,
    event_id UUID NOT NULL,
    correlation_id UUID NOT NULL,
    causation_id UUID,
    actor TEXT NOT NULL,
    occurred_at TIMESTAMP WITH TIME ZONE,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    open TEXT NOT NULL,
    sealed TEXT NOT NULL,
    PRIMARY KEY (report_id, version)
);
CREATE TABLE read.download_statistics (
    store TEXT NOT NULL,
    until DATE NOT NULL,
    daily BOOLEAN NOT NULL,
    since DATE,
    count BIGINT NOT NULL,
    corrections BIGINT NOT NULL,
    reason TEXT,
    source TEXT,
    PRIMARY KEY (store, until, daily)
);
CREATE TABLE read.usage_opening (
    service TEXT NOT NULL,
    until DATE NOT NULL,
    since DATE,
    count BIGINT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (service, until)
);
"""

BEGIN = """
INSERT INTO read.tracking (fold, version) VALUES
    ('operator_queue', 1),
    ('report_detail', 1),
    ('incident_history', 1),
    ('download_statistics', 1),
    ('usage_opening', 1);
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for schema in SCHEMAS:
        op.execute(f"CREATE SCHEMA {schema}")
        op.execute(f"GRANT USAGE ON SCHEMA {schema} TO ansim_service")
        op.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema}"
            " GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ansim_service"
        )
    for part in (BOOKKEEPING, TABLES, BEGIN):
        op.execute(part)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for schema in SCHEMAS:
        op.execute(f"DROP SCHEMA {schema} CASCADE")
