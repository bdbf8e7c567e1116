-- The ledger's functions. `verify_log` compares what is installed with this file, body by body.

CREATE OR REPLACE FUNCTION ledger_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE moment text := nullif(current_setting('ledger.now', true), '');
BEGIN
  IF moment IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_mode WHERE mode IN ('demo', 'test')) THEN
    RETURN moment::timestamptz;
  END IF;
  RETURN clock_timestamp();
END $$;

CREATE OR REPLACE FUNCTION ledger_stamp() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.recorded_at := ledger_now();
  NEW.clock_set := nullif(current_setting('ledger.now', true), '') IS NOT NULL
    AND EXISTS (SELECT 1 FROM ledger_mode WHERE mode IN ('demo', 'test'));
  NEW.occurred_at := coalesce(NEW.occurred_at, NEW.recorded_at);
  NEW.xid := pg_current_xact_id()::text::bigint;
  IF NEW.actor_role = 'migrator' AND session_user <> current_user THEN
    RAISE EXCEPTION 'only the owner of the tables speaks as migrator' USING ERRCODE = '42501';
  END IF;
  -- What no reader could read would hold up the sealing and everything that follows the log.
  IF NEW.occurred_at NOT BETWEEN '1900-01-01' AND '2199-12-31' OR jsonb_typeof(NEW.facts::jsonb) <> 'object' THEN
    RAISE EXCEPTION 'not an event: % %', NEW.occurred_at, left(NEW.facts::text, 80) USING ERRCODE = '22023';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ledger_stamp_read() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.read_at := ledger_now();
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION ledger_await_seal() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO ledger_pending (event_id) SELECT id FROM n;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log is append-only: % on % refused', TG_OP, TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE OR REPLACE FUNCTION ledger_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of % refused: rows leave only one by one, with an event', TG_TABLE_NAME
    USING ERRCODE = '42501';
END $$;

CREATE OR REPLACE FUNCTION ledger_current(tbl text) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE e bigint := nullif(current_setting('ledger.event', true), '')::bigint;
BEGIN
  -- After a restore into another cluster transactions are counted anew: an old event may bear this one's number.
  IF e IS NULL OR NOT EXISTS (
    SELECT 1 FROM ledger_event WHERE id = e AND xid = pg_current_xact_id()::text::bigint
  ) OR EXISTS (SELECT 1 FROM ledger_seal WHERE event_id = e) THEN
    RAISE EXCEPTION 'write to % without an event', tbl USING ERRCODE = '42501';
  END IF;
  RETURN e;
END $$;

CREATE OR REPLACE FUNCTION ledger_capture_insert() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'
  SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601' SET extra_float_digits = '1' AS $$
DECLARE e bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM n) THEN RETURN NULL; END IF;
  IF EXISTS (SELECT 1 FROM n WHERE version <> 1) THEN
    RAISE EXCEPTION 'a new row of % must have version 1', TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  e := ledger_current(TG_TABLE_NAME);
  WITH i AS MATERIALIZED (
    SELECT n.id, n.version, row_to_json(n)::text AS image, uuid_send(gen_random_uuid()) AS salt FROM n
  )
  INSERT INTO ledger_change (event_id, table_name, row_id, version, kind, image, salt, image_hash)
  SELECT e, TG_TABLE_NAME, i.id, i.version, 'I', i.image::json, i.salt, sha256(i.salt || convert_to(i.image, 'UTF8'))
  FROM i;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_capture_update() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'
  SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601' SET extra_float_digits = '1' AS $$
DECLARE e bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM n) THEN RETURN NULL; END IF;
  IF EXISTS (SELECT 1 FROM n FULL JOIN o USING (id) WHERE n.version IS DISTINCT FROM o.version + 1) THEN
    RAISE EXCEPTION 'version of % must grow by one', TG_TABLE_NAME USING ERRCODE = '40001';
  END IF;
  e := ledger_current(TG_TABLE_NAME);
  WITH i AS MATERIALIZED (
    SELECT n.id, n.version, row_to_json(n)::text AS image, uuid_send(gen_random_uuid()) AS salt FROM n
  )
  INSERT INTO ledger_change (event_id, table_name, row_id, version, kind, image, salt, image_hash)
  SELECT e, TG_TABLE_NAME, i.id, i.version, 'U', i.image::json, i.salt, sha256(i.salt || convert_to(i.image, 'UTF8'))
  FROM i;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_capture_delete() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex'
  SET datestyle = 'ISO, YMD' SET intervalstyle = 'iso_8601' SET extra_float_digits = '1' AS $$
DECLARE e bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM o) THEN RETURN NULL; END IF;
  e := ledger_current(TG_TABLE_NAME);
  WITH i AS MATERIALIZED (
    SELECT o.id, o.version, row_to_json(o)::text AS image, uuid_send(gen_random_uuid()) AS salt FROM o
  )
  INSERT INTO ledger_change (event_id, table_name, row_id, version, kind, image, salt, image_hash)
  SELECT e, TG_TABLE_NAME, i.id, i.version + 1, 'D', i.image::json, i.salt, sha256(i.salt || convert_to(i.image, 'UTF8'))
  FROM i;
  RETURN NULL;
END $$;

-- Erasure empties an image and its salt and leaves the hash, under an event that says so: the proof stays whole.
-- The image that a row stands by is not erased: without it nobody could tell whether the row was altered.
CREATE OR REPLACE FUNCTION ledger_only_erasure() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (
    WITH told AS MATERIALIZED (
      SELECT x::text AS id FROM ledger_event, json_array_elements(facts -> 'changes') AS x
      WHERE ledger_event.id = nullif(current_setting('ledger.event', true), '')::bigint
        AND xid = pg_current_xact_id()::text::bigint AND verb = 'image.erased'
    )
    SELECT 1 FROM n FULL JOIN o USING (id)
    WHERE o.image IS NULL OR n.image IS NOT NULL OR n.salt IS NOT NULL
       OR (n.event_id, n.table_name, n.row_id, n.version, n.kind, n.image_hash)
          IS DISTINCT FROM (o.event_id, o.table_name, o.row_id, o.version, o.kind, o.image_hash)
       OR id::text NOT IN (SELECT told.id FROM told)
  ) THEN
    RAISE EXCEPTION 'the log is append-only: UPDATE on % refused', TG_TABLE_NAME USING ERRCODE = '42501';
  END IF;
  IF EXISTS (
    SELECT 1 FROM n WHERE kind <> 'D' AND NOT EXISTS (
      SELECT 1 FROM ledger_change c
      WHERE c.table_name = n.table_name AND c.row_id = n.row_id AND c.version > n.version
    )
  ) THEN
    RAISE EXCEPTION 'the image a row stands by is not erased: change the row first' USING ERRCODE = '42501';
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION ledger_erase(changes bigint[]) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint;
BEGIN
  UPDATE ledger_change SET image = NULL, salt = NULL WHERE id = ANY (changes) AND image IS NOT NULL;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END $$;
