"""Keep what erasure and retention have to do.

Every process looks at the epoch before it uses a remembered key, so that a destroyed one is
forgotten everywhere at once. Rows whose time is over may be deleted by the service; facts, keys'
rows and access records never.
"""

from __future__ import annotations

from alembic import op

revision = "20261124_erasure"
down_revision = "20261124_access"
branch_labels = None
depends_on = None

UP = """
CREATE TABLE key_custody (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch bigint NOT NULL,
    kek_id text
);
INSERT INTO key_custody (epoch) VALUES (0);
COMMENT ON COLUMN key_custody.epoch IS 'grows whenever keys are destroyed';
COMMENT ON COLUMN key_custody.kek_id IS
    'under which key-encryption key new keys are wrapped; NULL before the first';
CREATE INDEX events_custody ON events (aggregate_id)
    WHERE topic IN ('erasure.asked', 'erasure.requested', 'erasure.restored', 'hold.began');
CREATE INDEX events_devices ON events (position) WHERE topic = 'device.enrolled';
CREATE INDEX subject_keys_kek ON subject_keys (kek_id) WHERE destroyed_at IS NULL;
CREATE INDEX idempotency_expired ON idempotency (expires_at);
-- Makes the living key of a subject: wrapped by the caller, under the key that is current. False
-- when it has one already, or another key-encryption key is current. It is durable before anything
-- is sealed with it: callers remember keys, and a fact under a key that a crash took could never
-- be read. Who changes the current key-encryption key takes the lock alone.
CREATE FUNCTION make_subject_key(of uuid, made uuid, value bytea, under text) RETURNS boolean
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    nothing text;  -- an assignment costs a third of PERFORM
    current text;
BEGIN
    nothing := pg_advisory_xact_lock_shared(71933210);
    SELECT c.kek_id INTO current FROM key_custody c;
    IF current IS NULL THEN  -- the very first key says under which all others are made
        UPDATE key_custody SET kek_id = under WHERE kek_id IS NULL;
        SELECT c.kek_id INTO current FROM key_custody c;
    END IF;
    IF current <> under THEN
        RETURN false;
    END IF;
    INSERT INTO subject_keys (key_id, subject, wrapped, kek_id) VALUES (made, of, value, under)
    ON CONFLICT (subject) WHERE destroyed_at IS NULL DO NOTHING;
    RETURN FOUND;
END $$;
-- Answers kept for repeats go with an erased caller, or when their time is over; never otherwise.
CREATE FUNCTION forget_receipts(caller uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM idempotency i WHERE i.principal = caller::text
        AND EXISTS (SELECT FROM subject_keys k
                    WHERE k.subject = caller AND k.destroyed_at IS NOT NULL)
        AND NOT EXISTS (SELECT FROM subject_keys k
                        WHERE k.subject = caller AND k.destroyed_at IS NULL);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
CREATE FUNCTION forget_expired_receipts(most int) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM idempotency WHERE ctid IN (
        SELECT i.ctid FROM idempotency i WHERE i.expires_at < clock_timestamp() LIMIT most);
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$;
REVOKE ALL ON FUNCTION make_subject_key, forget_receipts, forget_expired_receipts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_subject_key, forget_receipts, forget_expired_receipts
    TO ansim_service;
GRANT SELECT, UPDATE ON key_custody TO ansim_service;
GRANT DELETE ON timers, deliveries TO ansim_service;
"""

DOWN = """
REVOKE DELETE ON timers, deliveries FROM ansim_service;
DROP FUNCTION make_subject_key, forget_receipts, forget_expired_receipts;
DROP INDEX idempotency_expired, subject_keys_kek, events_devices, events_custody;
DROP TABLE key_custody;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(UP)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    op.execute(DOWN)
