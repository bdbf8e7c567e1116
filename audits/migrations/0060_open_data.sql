CREATE SEQUENCE audits_openchange_seq;
REVOKE ALL ON audits_openchange FROM app;
GRANT SELECT ON audits_openchange TO app, auditor, open_data;

-- Each change of a disclosed table is a line of the feed, whoever makes it; without an event it is refused.
CREATE FUNCTION audits_feed() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' AS $$
DECLARE
  e bigint;
  today date := (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date;
  touched text;
BEGIN
  -- Rows that changed in nothing public are no lines.
  touched := CASE TG_OP
    WHEN 'INSERT' THEN format('SELECT n.id, ''added'' AS kind, row_to_json(n) AS record FROM (SELECT %s FROM n) n', TG_ARGV[1])
    WHEN 'DELETE' THEN 'SELECT o.id, ''retracted'' AS kind, NULL::json AS record FROM o'
    ELSE format(
      'SELECT coalesce(n.id, o.id) AS id, CASE WHEN n.id IS NULL THEN ''retracted'' WHEN o.id IS NULL THEN ''added'' '
      'ELSE ''corrected'' END AS kind, CASE WHEN n.id IS NOT NULL THEN row_to_json(n) END AS record '
      'FROM (SELECT %1$s FROM n) n FULL JOIN (SELECT %1$s FROM o) o ON n.id = o.id WHERE n IS DISTINCT FROM o',
      TG_ARGV[1])
  END;
  e := ledger_current(TG_TABLE_NAME);
  -- Held to the end of the transaction: lines become visible in the order of their numbers.
  PERFORM pg_advisory_xact_lock(hashtextextended('audits_openchange', 0));
  EXECUTE format($q$
    WITH t AS MATERIALIZED (
      SELECT nextval('audits_openchange_seq') AS seq, s.* FROM (SELECT * FROM (%s) s ORDER BY id COLLATE "C") s
    ), last AS MATERIALIZED (
      SELECT c.seq, c.row, c.revision FROM audits_openchange c JOIN t ON c.row = t.id
      WHERE c.collection = $1 AND c.superseded_by IS NULL
    ), emptied AS (
      UPDATE audits_openchange c SET record = NULL, superseded_by = t.seq
      FROM t JOIN last ON last.row = t.id WHERE c.seq = last.seq RETURNING c.seq
    )
    INSERT INTO audits_openchange (seq, collection, "row", kind, revision, "on", record, event_id)
    SELECT t.seq, $1, t.id, t.kind, coalesce(last.revision, 0) + 1, $2, t.record, $3
    FROM t LEFT JOIN last ON last.row = t.id
    WHERE (SELECT count(*) FROM emptied) >= 0  -- first all are emptied, then the new lines may stand beside them
    ORDER BY t.seq
  $q$, touched) USING TG_ARGV[0], today, e;
  RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION audits_feed() FROM PUBLIC;

CREATE TRIGGER no_truncate BEFORE TRUNCATE ON audits_openchange FOR EACH STATEMENT
  EXECUTE FUNCTION ledger_refuse_truncate();
ALTER TABLE audits_openchange ENABLE ALWAYS TRIGGER no_truncate;
