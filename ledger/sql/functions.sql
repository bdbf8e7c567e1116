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
  IF e IS NULL OR NOT EXISTS (
    SELECT 1 FROM ledger_event WHERE id = e AND xid = pg_current_xact_id()::text::bigint
  ) THEN
    RAISE EXCEPTION 'write to % without an event', tbl USING ERRCODE = '42501';
  END IF;
  RETURN e;
END $$;

CREATE OR REPLACE FUNCTION ledger_capture_insert() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
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
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
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
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET bytea_output = 'hex' AS $$
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
CREATE OR REPLACE FUNCTION ledger_only_erasure() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.image IS NOT NULL AND NEW.image IS NULL AND NEW.salt IS NULL
     AND (NEW.id, NEW.event_id, NEW.table_name, NEW.row_id, NEW.version, NEW.kind, NEW.image_hash)
         IS NOT DISTINCT FROM
         (OLD.id, OLD.event_id, OLD.table_name, OLD.row_id, OLD.version, OLD.kind, OLD.image_hash)
     AND EXISTS (
       SELECT 1 FROM ledger_event
       WHERE id = nullif(current_setting('ledger.event', true), '')::bigint
         AND xid = pg_current_xact_id()::text::bigint AND verb = 'image.erased'
         AND (facts -> 'changes')::jsonb @> to_jsonb(OLD.id)
     ) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the log is append-only: UPDATE on % refused', TG_TABLE_NAME USING ERRCODE = '42501';
END $$;

CREATE OR REPLACE FUNCTION ledger_erase(changes bigint[]) RETURNS bigint LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint;
BEGIN
  UPDATE ledger_change SET image = NULL, salt = NULL WHERE id = ANY (changes) AND image IS NOT NULL;
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END $$;
