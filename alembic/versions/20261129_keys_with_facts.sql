-- The one way into the log: writes a batch of requests, and answers for each.
--
-- A fact's place in the array is its order in the log; the facts of a request stand together, in
-- the order of requests. Numbers of requests and facts count from 1. twin and before spare the
-- search within a batch; where one is missing the tables' keys still let nothing be stored twice.
DROP PROCEDURE append_durably;
DROP FUNCTION append_one, append_facts;
ALTER TYPE append_request RENAME ATTRIBUTE facts TO ends;
COMMENT ON COLUMN append_request.ends IS 'the number of its last fact in the batch';
-- A new key with which facts of a request are sealed; fact is the last of the request.
CREATE TYPE append_key AS (fact int, key_id uuid, subject uuid, wrapped bytea, kek_id text);

-- Of which keys, by their fact, the request cannot be stored: the subject has another living key,
-- this one was destroyed, or another key-encryption key is current. What is found stays true
-- until the commit: whoever makes a key holds the append's lock, and who changes the current
-- key-encryption key takes the second lock alone. NULL for none.
CREATE FUNCTION refused_keys(keys append_key[]) RETURNS int[]
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
DECLARE
    nothing text;  -- an assignment costs a third of PERFORM
    current text;
    refused int[];
BEGIN
    nothing := pg_advisory_xact_lock_shared(71933210);
    SELECT c.kek_id INTO current FROM key_custody c;
    IF current IS NULL THEN  -- the very first key says under which all others are made
        current := (keys[1]).kek_id;
        UPDATE key_custody SET kek_id = current;
    END IF;
    SELECT array_agg(k.fact) INTO refused FROM unnest(keys) AS k
    WHERE k.kek_id <> current
       OR (SELECT s.key_id FROM subject_keys s
           WHERE s.subject = k.subject AND s.destroyed_at IS NULL) <> k.key_id
       OR (SELECT s.destroyed_at FROM subject_keys s WHERE s.key_id = k.key_id) IS NOT NULL;
    RETURN refused;
END $$;

-- wait_ms: how long to wait for another append; then lock_not_available.
--
-- When all was stored outcomes is NULL, and places has the position of the first fact (the others
-- follow without a gap). Otherwise, of each request, in their order: outcomes has a letter,
-- s(tored), c(onflict), d(uplicate) or k(ey refused: to be sealed anew); places the position of
-- the first fact when stored, of the answer when duplicate, else 0. Of each duplicate, in their
-- order: receipts and bodies have the answer's; NULL without duplicates. waited: another append
-- was under way.
--
-- Keys are stored with their facts or not at all. So a key that has sealed what is in the log is
-- exactly as durable as that.
--
-- Plans are made once for a session and for tables of any size: by index, whatever the tables
-- held when the session began.
CREATE FUNCTION append_facts(
    wait_ms int, keep_keys interval, requests append_request[], facts append_fact[],
    timers append_timer[], deliveries append_delivery[], keys append_key[],
    OUT outcomes text, OUT places bigint[], OUT receipts text[], OUT bodies bytea[],
    OUT waited boolean
)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_variable
DECLARE
    moment timestamptz;
    nothing text;
    clean boolean;  -- all can be stored
    refused int[];  -- last facts of requests whose key is refused
    reached int[];  -- of each fact: the last stored version of its aggregate, NULL for none
    known bigint[];  -- of each request: the position of the answer under its key, NULL for none;
                     -- less than 0 when it has expired
    positions bigint[] := '{}';  -- of facts to store
    digests bytea[] := '{}';
    asked append_request;
    fact append_fact;
    tail_found bigint;
    tail bigint;
    digest bytea;
    digest_before bytea;
    n int := 0;
    first_e int;
    last_e int := 0;
    twin int;
    before int;
    stands int;
    outcome text;
    place bigint;
    receipt text;
    body bytea;
BEGIN
    waited := NOT pg_try_advisory_xact_lock(71933208);  -- one append at a time, cluster-wide
    IF waited THEN
        nothing := set_config('lock_timeout', wait_ms::text, true);
        nothing := pg_advisory_xact_lock(71933208);
    END IF;
    IF cardinality(keys) > 0 THEN
        refused := refused_keys(keys);
    END IF;
    SELECT l.position, l.hash, greatest(clock_timestamp(), l.recorded_at),
           refused IS NULL
           AND NOT EXISTS (
               SELECT FROM unnest(requests) AS r
               WHERE r.twin > 0
                  OR (SELECT true FROM idempotency i
                      WHERE i.principal = r.principal AND i.route = r.route AND i.key = r.key))
           AND NOT EXISTS (
               SELECT FROM unnest(facts) AS f
               WHERE f.version IS DISTINCT FROM CASE WHEN f.before > 0 THEN
                   CASE WHEN (facts[f.before]).aggregate_id = f.aggregate_id
                        THEN (facts[f.before]).version + 1 END
                   ELSE coalesce((SELECT s.version + 1 FROM events s
                                  WHERE s.aggregate_id = f.aggregate_id
                                  ORDER BY s.version DESC LIMIT 1),
                                 CASE WHEN f.version <= 1 THEN f.version END)
                   END)
    INTO STRICT tail_found, digest, moment, clean
    FROM log_head l WHERE l.single;
    tail := tail_found;

    IF clean THEN
        FOREACH fact IN ARRAY facts LOOP
            n := n + 1;
            tail := tail + 1;
            positions[n] := tail;
            digest := chained(digest, tail, fact.aggregate_id, fact.version, fact.topic,
                              fact.schema_version, fact.event_id, fact.correlation_id,
                              fact.causation_id, fact.actor, fact.occurred_at,
                              coalesce(fact.received_at, moment), moment, fact.open, fact.sealed);
            digests[n] := digest;
        END LOOP;
        places := ARRAY[tail_found + 1];
    ELSE
        reached := ARRAY(SELECT (SELECT s.version FROM events s
                                 WHERE s.aggregate_id = f.aggregate_id
                                 ORDER BY s.version DESC LIMIT 1)
                         FROM unnest(facts) AS f);
        known := ARRAY(SELECT (SELECT CASE WHEN i.expires_at > clock_timestamp() THEN i.position
                                           ELSE -i.position END
                               FROM idempotency i
                               WHERE i.principal = r.principal AND i.route = r.route
                                 AND i.key = r.key)
                       FROM unnest(requests) AS r);
        outcomes := '';
        FOREACH asked IN ARRAY requests LOOP
            n := n + 1;
            first_e := last_e + 1;
            last_e := asked.ends;
            place := tail + 1;
            outcome := 's';
            IF asked.twin > 0 OR known[n] > 0 THEN
                twin := asked.twin;
                WHILE twin > 0 AND positions[(requests[twin]).ends] IS NULL LOOP
                    twin := (requests[twin]).twin;
                END LOOP;
                IF twin > 0 OR known[n] > 0 THEN
                    outcome := 'd';
                END IF;
            END IF;
            IF outcome = 's' AND last_e = ANY (refused) THEN
                outcome := 'k';
            END IF;
            IF outcome = 's' THEN
                digest_before := digest;
                FOR e IN first_e..last_e LOOP
                    fact := facts[e];
                    stands := reached[e];
                    IF fact.before > 0 THEN
                        before := fact.before;
                        WHILE before > 0 AND positions[before] IS NULL LOOP
                            before := (facts[before]).before;
                        END LOOP;
                        IF before > 0 THEN
                            IF (facts[before]).aggregate_id <> fact.aggregate_id THEN
                                RAISE EXCEPTION 'fact % does not follow fact %', e, before;
                            END IF;
                            stands := (facts[before]).version;
                        END IF;
                    END IF;
                    IF fact.version <> stands + 1
                       OR (stands IS NULL AND fact.version NOT IN (0, 1)) THEN
                        outcome := 'c';
                        tail := place - 1;
                        digest := digest_before;
                        FOR undone IN first_e..e LOOP
                            positions[undone] := NULL;
                        END LOOP;
                        EXIT;
                    END IF;
                    tail := tail + 1;
                    positions[e] := tail;
                    digest := chained(digest, tail, fact.aggregate_id, fact.version, fact.topic,
                                      fact.schema_version, fact.event_id, fact.correlation_id,
                                      fact.causation_id, fact.actor, fact.occurred_at,
                                      coalesce(fact.received_at, moment), moment, fact.open,
                                      fact.sealed);
                    digests[e] := digest;
                END LOOP;
            END IF;

            IF outcome <> 's' THEN
                place := NULL;
                -- Written before by the same caller, whose connection broke before it heard so?
                FOR e IN REVERSE last_e..first_e LOOP
                    fact := facts[e];
                    SELECT s.position INTO place FROM events s
                    WHERE s.aggregate_id = fact.aggregate_id AND s.version = fact.version
                      AND s.event_id = fact.event_id;
                    EXIT WHEN NOT FOUND;
                END LOOP;
                IF place IS NOT NULL THEN
                    outcome := 's';
                ELSIF outcome <> 'd' THEN
                    place := 0;
                ELSE
                    IF twin > 0 THEN
                        place := positions[(requests[twin]).ends];
                        receipt := (requests[twin]).receipt;
                        body := (requests[twin]).body_sha256;
                    ELSE
                        SELECT i.position, i.receipt, i.body_sha256 INTO place, receipt, body
                        FROM idempotency i
                        WHERE i.principal = asked.principal AND i.route = asked.route
                          AND i.key = asked.key;
                    END IF;
                    receipts := receipts || receipt;
                    bodies := bodies || body;
                END IF;
            END IF;
            outcomes := outcomes || outcome;
            places[n] := place;
        END LOOP;

        IF tail = tail_found THEN
            -- An answer rests on what is durable, even when it was stored a moment ago by another.
            nothing := pg_logical_emit_message(true, 'ansim', '');
            RETURN;
        END IF;
        IF 0 > ANY (known) THEN
            DELETE FROM idempotency i USING unnest(requests) WITH ORDINALITY
                 AS r(ends, twin, principal, route, key, body_sha256, receipt, n)
            WHERE i.principal = r.principal AND i.route = r.route AND i.key = r.key
              AND known[r.n] < 0 AND positions[r.ends] IS NOT NULL;
        END IF;
    END IF;

    INSERT INTO events
    SELECT positions[f.n], f.aggregate_id, f.version, f.topic, f.schema_version, f.event_id,
           f.correlation_id, f.causation_id, f.actor, f.occurred_at,
           coalesce(f.received_at, moment), moment, f.open, f.sealed, digests[f.n]
    FROM unnest(facts) WITH ORDINALITY
         AS f(before, aggregate_id, version, topic, schema_version, event_id, correlation_id,
              causation_id, actor, occurred_at, received_at, open, sealed, n)
    WHERE positions[f.n] IS NOT NULL;

    IF cardinality(keys) > 0 THEN
        INSERT INTO subject_keys (key_id, subject, wrapped, kek_id)
        SELECT k.key_id, k.subject, k.wrapped, k.kek_id
        FROM unnest(keys) AS k WHERE positions[k.fact] IS NOT NULL
        ON CONFLICT (key_id) DO NOTHING;  -- sent by several, or again
    END IF;

    IF cardinality(timers) > 0 THEN
        INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,
                            causation_id, position)
        SELECT t.timer_id, t.aggregate_id, t.kind, t.name, t.due_at,
               (facts[t.fact]).correlation_id, (facts[t.fact]).event_id, positions[t.fact]
        FROM unnest(timers) AS t WHERE positions[t.fact] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(deliveries) > 0 THEN
        INSERT INTO deliveries (delivery_id, key, channel, about, request_id, correlation_id,
                                causation_id, position, next_attempt_at, created_at)
        SELECT d.delivery_id, d.key, d.channel, d.about, d.request_id,
               (facts[d.fact]).correlation_id, (facts[d.fact]).event_id, positions[d.fact],
               moment, moment
        FROM unnest(deliveries) AS d WHERE positions[d.fact] IS NOT NULL
        ON CONFLICT DO NOTHING;
    END IF;

    INSERT INTO idempotency
    SELECT r.principal, r.route, r.key, r.body_sha256, r.receipt, positions[r.ends],
           moment + keep_keys
    FROM unnest(requests) AS r WHERE r.key IS NOT NULL AND positions[r.ends] IS NOT NULL;

    UPDATE log_head SET position = tail, hash = digest, recorded_at = moment WHERE single;
END $$;

-- One request with one fact, as nearly all are that come alone: a third less work than a batch of
-- one. Returns the fact's position, less than 0 when another append was under
-- way; 0 when nothing was stored: what became of the request, and why, is append_facts' to say.
CREATE FUNCTION append_one(
    wait_ms int, keep_keys interval, asked append_request, fact append_fact,
    timers append_timer[], deliveries append_delivery[], keys append_key[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off AS $$
#variable_conflict use_variable
DECLARE
    waited boolean;
    moment timestamptz;
    received timestamptz;
    nothing text;
    tail bigint;
    digest bytea;
    stands int;  -- the last stored version of the fact's aggregate, NULL for none
    known boolean;  -- there is an answer under the request's key, which may have expired
BEGIN
    waited := NOT pg_try_advisory_xact_lock(71933208);
    IF waited THEN
        nothing := set_config('lock_timeout', wait_ms::text, true);
        nothing := pg_advisory_xact_lock(71933208);
    END IF;
    IF cardinality(keys) > 0 THEN
        IF refused_keys(keys) IS NOT NULL THEN
            RETURN 0;
        END IF;
    END IF;
    SELECT l.position + 1, l.hash, greatest(clock_timestamp(), l.recorded_at),
           (SELECT s.version FROM events s WHERE s.aggregate_id = fact.aggregate_id
            ORDER BY s.version DESC LIMIT 1),
           asked.key IS NOT NULL AND EXISTS (
               SELECT FROM idempotency i
               WHERE i.principal = asked.principal AND i.route = asked.route AND i.key = asked.key)
    INTO STRICT tail, digest, moment, stands, known
    FROM log_head l WHERE l.single;
    IF known OR fact.version <> stands + 1 OR (stands IS NULL AND fact.version NOT IN (0, 1)) THEN
        RETURN 0;
    END IF;
    received := coalesce(fact.received_at, moment);
    digest := chained(digest, tail, fact.aggregate_id, fact.version, fact.topic,
                      fact.schema_version, fact.event_id, fact.correlation_id, fact.causation_id,
                      fact.actor, fact.occurred_at, received, moment, fact.open, fact.sealed);

    INSERT INTO events VALUES (
        tail, fact.aggregate_id, fact.version, fact.topic, fact.schema_version, fact.event_id,
        fact.correlation_id, fact.causation_id, fact.actor, fact.occurred_at, received, moment,
        fact.open, fact.sealed, digest);

    IF cardinality(keys) > 0 THEN
        INSERT INTO subject_keys (key_id, subject, wrapped, kek_id)
        SELECT k.key_id, k.subject, k.wrapped, k.kek_id FROM unnest(keys) AS k
        ON CONFLICT (key_id) DO NOTHING;
    END IF;

    IF cardinality(timers) > 0 THEN
        INSERT INTO timers (timer_id, aggregate_id, kind, name, due_at, correlation_id,
                            causation_id, position)
        SELECT t.timer_id, t.aggregate_id, t.kind, t.name, t.due_at, fact.correlation_id,
               fact.event_id, tail
        FROM unnest(timers) AS t
        ON CONFLICT DO NOTHING;
    END IF;

    IF cardinality(deliveries) > 0 THEN
        INSERT INTO deliveries (delivery_id, key, channel, about, request_id, correlation_id,
                                causation_id, position, next_attempt_at, created_at)
        SELECT d.delivery_id, d.key, d.channel, d.about, d.request_id, fact.correlation_id,
               fact.event_id, tail, moment, moment
        FROM unnest(deliveries) AS d
        ON CONFLICT DO NOTHING;
    END IF;

    IF asked.key IS NOT NULL THEN
        INSERT INTO idempotency VALUES (asked.principal, asked.route, asked.key,
                                        asked.body_sha256, asked.receipt, tail,
                                        moment + keep_keys);
    END IF;

    UPDATE log_head SET position = tail, hash = digest, recorded_at = moment WHERE single;
    RETURN CASE WHEN waited THEN -tail ELSE tail END;
END $$;

-- Appends where others write, too, and returns when it is durable. Others append meanwhile: the
-- append's lock is not held while the disk writes, so one flush serves all who wait for one. What
-- is read from the log may then be undurable for some milliseconds; any synchronous commit after
-- the read makes it durable (docs/decisions/0017). Who is alone calls append_one or append_facts, and
-- pays for one commit.
CREATE PROCEDURE append_durably(
    wait_ms int, keep_keys interval, requests append_request[], facts append_fact[],
    timers append_timer[], deliveries append_delivery[], keys append_key[],
    INOUT outcomes text, INOUT places bigint[], INOUT receipts text[], INOUT bodies bytea[],
    INOUT waited boolean
)
LANGUAGE plpgsql AS $$
DECLARE
    nothing text;
    answer record;
BEGIN
    nothing := pg_catalog.set_config('synchronous_commit', 'off', true);
    answer := public.append_facts(wait_ms, keep_keys, requests, facts, timers, deliveries, keys);
    outcomes := answer.outcomes;
    places := answer.places;
    receipts := answer.receipts;
    bodies := answer.bodies;
    waited := answer.waited;
    COMMIT;
    nothing := pg_catalog.pg_logical_emit_message(true, 'ansim', '');
END $$;

-- Makes the living key of a subject by itself: wrapped by the caller, under the key that is
-- current. False when it has one already, or another key-encryption key is current. As every
-- maker of keys it holds the append's lock: what an append has found of keys stays true until its
-- end.
CREATE OR REPLACE FUNCTION make_subject_key(of uuid, made uuid, value bytea, under text)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    nothing text;
BEGIN
    nothing := pg_advisory_xact_lock(71933208);
    IF refused_keys(ARRAY[ROW(1, made, of, value, under)::append_key]) IS NOT NULL THEN
        RETURN false;
    END IF;
    INSERT INTO subject_keys (key_id, subject, wrapped, kek_id) VALUES (made, of, value, under);
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION refused_keys, append_one, append_facts FROM PUBLIC;
REVOKE ALL ON PROCEDURE append_durably FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_one, append_facts TO ansim_service;
GRANT EXECUTE ON PROCEDURE append_durably TO ansim_service;
-- Nobody makes a key without the lock.
REVOKE INSERT ON subject_keys FROM ansim_service;
