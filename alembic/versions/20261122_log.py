"""Keep the facts in one log: one total order, a hash chain, appended by one function.

The format is final: a stored fact is never rewritten, and every column but ``hash`` stands in
the hash. Going back would destroy the truth, so there is no way back.
"""

from __future__ import annotations

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

# One value in the hash: its length as four bytes, then its bytes; NULL is the length -1.
FRAMED = """
CREATE FUNCTION framed(value bytea) RETURNS bytea LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(int4send(octet_length(value)) || value, '\\xffffffff'::bytea);
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

# r_*: one element a request; e_*, t_*, d_*: events, timers, deliveries, whose *_request counts
# requests from 1 and never falls. An event's place in the arrays is its order in the log.
APPEND = """
CREATE FUNCTION append_facts(
    keep_keys interval,
    r_correlation uuid[], r_causation uuid[], r_actor text[], r_principal text[],
    r_route text[], r_key text[], r_body bytea[], r_receipt text[],
    e_request int[], e_aggregate uuid[], e_version int[], e_topic text[], e_schema int[],
    e_event uuid[], e_occurred timestamptz[], e_received timestamptz[], e_open text[],
    e_sealed bytea[],
    t_request int[], t_timer uuid[], t_aggregate uuid[], t_kind text[], t_name text[],
    t_due timestamptz[],
    d_request int[], d_delivery uuid[], d_key text[], d_channel text[], d_about uuid[],
    d_help uuid[]
) RETURNS TABLE (
    request int, outcome text, positions bigint[], receipt text, receipt_position bigint,
    body_sha256 bytea
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    head log_head%ROWTYPE;
    moment timestamptz;
    events_n int := cardinality(e_request);
    requests_n int := cardinality(r_correlation);
    stream int[];        -- of each event: the number of its aggregate
    reached int[];       -- of each aggregate: its last version, NULL while it is new
    reached_before int[];
    key_number int[];    -- of each request: the number of its key, NULL without one
    known idempotency[]; -- of each request: the answer under its key, NULL when there is none
    key_owner int[] := '{}';    -- of each key: the request of this batch that took it
    place bigint[] := array_fill(NULL::bigint, ARRAY[events_n]);  -- of each event to store
    last_place bigint[] := array_fill(NULL::bigint, ARRAY[requests_n]);
    last_event uuid[] := array_fill(NULL::uuid, ARRAY[requests_n]);
    digests bytea[] := array_fill(NULL::bytea, ARRAY[events_n]);
    digest bytea;
    tail bigint;
    one record;
    first_e int;
    last_e int := 0;
    fits boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(71933208);  -- one append at a time, cluster-wide
    SELECT * INTO STRICT head FROM log_head;
    moment := greatest(clock_timestamp(), head.recorded_at);
    tail := head.position;

    SELECT array_agg(numbered.number ORDER BY numbered.place) INTO stream
    FROM (SELECT e.place, dense_rank() OVER (ORDER BY e.aggregate)::int AS number
          FROM unnest(e_aggregate) WITH ORDINALITY AS e(aggregate, place)) AS numbered;
    SELECT array_agg((SELECT max(s.version) FROM events s WHERE s.aggregate_id = a.aggregate)
                     ORDER BY a.aggregate) INTO reached
    FROM (SELECT DISTINCT e.aggregate FROM unnest(e_aggregate) AS e(aggregate)) AS a;
    SELECT array_agg(CASE WHEN r.key IS NOT NULL THEN r.number END ORDER BY r.place),
           array_agg(i ORDER BY r.place) INTO key_number, known
    FROM (SELECT q.*, dense_rank() OVER (ORDER BY q.principal, q.route, q.key)::int AS number
          FROM unnest(r_principal, r_route, r_key) WITH ORDINALITY
               AS q(principal, route, key, place)) AS r
    LEFT JOIN idempotency i ON i.principal = r.principal AND i.route = r.route
                            AND i.key = r.key AND i.expires_at > moment;

    FOR n IN 1..requests_n LOOP
        request := n;
        receipt := NULL;
        receipt_position := NULL;
        body_sha256 := NULL;
        first_e := last_e + 1;
        WHILE e_request[last_e + 1] = n LOOP
            last_e := last_e + 1;
        END LOOP;

        IF (known[n]).key IS NOT NULL THEN
            outcome := 'duplicate';
            receipt := (known[n]).receipt;
            receipt_position := (known[n]).position;
            body_sha256 := (known[n]).body_sha256;
        ELSIF key_owner[key_number[n]] IS NOT NULL THEN
            outcome := 'duplicate';
            receipt := r_receipt[key_owner[key_number[n]]];
            receipt_position := last_place[key_owner[key_number[n]]];
            body_sha256 := r_body[key_owner[key_number[n]]];
        ELSE
            outcome := 'stored';
            reached_before := reached;
            FOR e IN first_e..last_e LOOP
                fits := CASE WHEN reached[stream[e]] IS NULL THEN e_version[e] IN (0, 1)
                             ELSE e_version[e] = reached[stream[e]] + 1 END;
                IF NOT fits THEN
                    outcome := 'conflict';
                    reached := reached_before;
                    EXIT;
                END IF;
                reached[stream[e]] := e_version[e];
            END LOOP;
        END IF;

        positions := '{}';
        IF outcome = 'stored' THEN
            FOR e IN first_e..last_e LOOP
                tail := tail + 1;
                place[e] := tail;
                positions := positions || tail;
            END LOOP;
            last_place[n] := tail;
            last_event[n] := e_event[last_e];
            IF key_number[n] IS NOT NULL THEN
                key_owner[key_number[n]] := n;
            END IF;
        ELSE
            -- Written before by the same caller, whose connection broke before it heard so?
            SELECT array_agg(s.position ORDER BY own.place) INTO positions
            FROM unnest(e_aggregate[first_e:last_e], e_version[first_e:last_e],
                        e_event[first_e:last_e]) WITH ORDINALITY
                 AS own(aggregate, version, event, place)
            JOIN events s ON s.aggregate_id = own.aggregate AND s.version = own.version
                          AND s.event_id = own.event;
            IF cardinality(positions) = last_e - first_e + 1 THEN
                outcome := 'stored';
            ELSE
                positions := '{}';
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;

    IF tail = head.position THEN
        RETURN;
    END IF;

    digest := head.hash;
    FOR one IN
        SELECT e.place,
            framed(int8send(e.position)) || framed(uuid_send(e.aggregate))
            || framed(int4send(e.version)) || framed(convert_to(e.topic, 'UTF8'))
            || framed(int4send(e.schema)) || framed(uuid_send(e.event))
            || framed(uuid_send(r_correlation[e.request]))
            || framed(uuid_send(r_causation[e.request]))
            || framed(convert_to(r_actor[e.request], 'UTF8'))
            || framed(timestamptz_send(e.occurred))
            || framed(timestamptz_send(coalesce(e.received, moment)))
            || framed(timestamptz_send(moment))
            || framed(convert_to(e.open, 'UTF8')) || framed(e.sealed) AS bytes
        FROM unnest(place, e_request, e_aggregate, e_version, e_topic, e_schema, e_event,
                    e_occurred, e_received, e_open, e_sealed) WITH ORDINALITY
             AS e(position, request, aggregate, version, topic, schema, event,
                  occurred, received, open, sealed, place)
        WHERE e.position IS NOT NULL
        ORDER BY e.position
    LOOP
        digest := sha256(digest || one.bytes);
        digests[one.place] := digest;
    END LOOP;

    INSERT INTO events
    SELECT e.position, e.aggregate, e.version, e.topic, e.schema, e.event,
           r_correlation[e.request], r_causation[e.request], r_actor[e.request],
           e.occurred, coalesce(e.received, moment), moment, e.open, e.sealed, e.digest
    FROM unnest(place, e_request, e_aggregate, e_version, e_topic, e_schema, e_event,
                e_occurred, e_received, e_open, e_sealed, digests)
         AS e(position, request, aggregate, version, topic, schema, event,
              occurred, received, open, sealed, digest)
    WHERE e.position IS NOT NULL
    ORDER BY e.position;

    IF cardinality(t_timer) > 0 THEN
        INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,
                            causation_id, position)
        SELECT t.timer, t.aggregate, t.kind, t.name, t.due, r_correlation[t.request],
               last_event[t.request], last_place[t.request]
        FROM unnest(t_request, t_timer, t_aggregate, t_kind, t_name, t_due)
             AS t(request, timer, aggregate, kind, name, due)
        WHERE last_place[t.request] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(d_delivery) > 0 THEN
        INSERT INTO deliveries (delivery_id, key, channel, about, request_id, correlation_id,
                                causation_id, position, next_attempt_at, created_at)
        SELECT d.delivery, d.key, d.channel, d.about, d.help, r_correlation[d.request],
               last_event[d.request], last_place[d.request], moment, moment
        FROM unnest(d_request, d_delivery, d_key, d_channel, d_about, d_help)
             AS d(request, delivery, key, channel, about, help)
        WHERE last_place[d.request] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(key_owner) > 0 THEN
        INSERT INTO idempotency
        SELECT r_principal[n], r_route[n], r_key[n], r_body[n], r_receipt[n], last_place[n],
               moment + keep_keys
        FROM unnest(key_owner) AS k(n)
        WHERE n IS NOT NULL
        ON CONFLICT (principal, route, key) DO UPDATE  -- one that has expired
        SET body_sha256 = excluded.body_sha256, receipt = excluded.receipt,
            position = excluded.position, expires_at = excluded.expires_at;
    END IF;

    UPDATE log_head SET position = tail, hash = digest, recorded_at = moment;
END $$;
"""

GRANTS = """
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO ansim_service;
GRANT SELECT ON events, log_head, events_readable, idempotency, alembic_version
    TO ansim_service;
GRANT EXECUTE ON FUNCTION append_facts, position_at TO ansim_service;
GRANT SELECT, INSERT ON subject_keys, access_records TO ansim_service;
GRANT UPDATE (wrapped, kek_id, destroyed_at) ON subject_keys TO ansim_service;
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '4s'")
    for part in (TABLES, REFUSALS, FRAMED, POSITION_AT, APPEND, GRANTS):
        op.execute(part)


def downgrade() -> None:
    raise NotImplementedError("The log is never taken back: restore a back-up instead.")
