"""Keep the facts in one log: one total order, a hash chain, appended by one function.

The format is final: a stored fact is never rewritten, and every column but ``hash`` stands in
the hash. Going back would destroy the truth, so there is no way back.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "20261122_log"
down_revision = None
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE events (
    position bigint PRIMARY KEY CHECK (position > 0),
    aggregate_id uuid NOT NULL,
    version int NOT NULL CHECK (version >= 0),
    topic text NOT NULL,
    schema_version int NOT NULL,
    event_id uuid NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    actor text NOT NULL,
    occurred_at timestamptz,
    received_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    open text NOT NULL,
    sealed bytea,
    hash bytea NOT NULL,
    UNIQUE (aggregate_id, version)
);
COMMENT ON COLUMN events.open IS 'the exact bytes that were hashed: never jsonb';

CREATE TABLE log_head (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL,
    hash bytea NOT NULL,
    recorded_at timestamptz NOT NULL
);
INSERT INTO log_head (position, hash, recorded_at)
VALUES (0, decode(repeat('00', 32), 'hex'), timestamptz 'epoch');

CREATE TABLE idempotency (
    principal text NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    body_sha256 bytea NOT NULL,
    receipt text NOT NULL,
    position bigint NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (principal, route, key)
);

CREATE TABLE subject_keys (
    key_id uuid PRIMARY KEY,
    subject uuid NOT NULL,
    wrapped bytea,
    kek_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX subject_keys_living ON subject_keys (subject) WHERE destroyed_at IS NULL;

CREATE TABLE access_records (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    accessed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor text NOT NULL,
    district text,
    address text,
    subject uuid NOT NULL,
    what text NOT NULL,
    why text NOT NULL,
    correlation_id uuid NOT NULL
);
CREATE INDEX access_records_subject ON access_records (subject, accessed_at);

CREATE VIEW events_readable WITH (security_invoker = true) AS
SELECT position, aggregate_id, version, topic, schema_version, event_id, correlation_id,
       causation_id, actor, occurred_at, received_at, recorded_at, open::jsonb AS open,
       sealed IS NOT NULL AS has_sealed
FROM events;
"""

REFUSALS = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: a stored fact is never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER events_stand BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER events_stand_row BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER log_head_stands BEFORE DELETE OR TRUNCATE ON log_head
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- ALWAYS: also for a session that says it replicates.
ALTER TABLE events ENABLE ALWAYS TRIGGER events_stand;
ALTER TABLE events ENABLE ALWAYS TRIGGER events_stand_row;
ALTER TABLE log_head ENABLE ALWAYS TRIGGER log_head_stands;
"""

POSITION_AT = """
CREATE FUNCTION position_at(moment timestamptz) RETURNS bigint
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    low bigint := 0;
    high bigint := (SELECT head.position FROM log_head head);
    middle bigint;
BEGIN
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        IF (SELECT e.recorded_at FROM events e WHERE e.position = middle) <= moment THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END $$;
COMMENT ON FUNCTION position_at IS 'last position recorded at or before the moment; 0 for none';
"""

APPEND = Path(__file__).with_name("20261122_append_facts.sql").read_text()

GRANTS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ansim_service;
GRANT SELECT ON events, log_head, events_readable, idempotency, alembic_version
    TO ansim_service;
GRANT EXECUTE ON FUNCTION append_one, append_facts, position_at TO ansim_service;
GRANT EXECUTE ON PROCEDURE append_durably TO ansim_service;
GRANT SELECT, INSERT ON subject_keys, access_records TO ansim_service;
GRANT UPDATE (wrapped, kek_id, destroyed_at) ON subject_keys TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, REFUSALS, POSITION_AT, APPEND, GRANTS):
        op.execute(part)


def downgrade() -> None:
    raise NotImplementedError("The log is never taken back: restore a back-up instead.")
