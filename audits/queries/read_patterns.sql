-- name: no_task
-- Per reader, record and day: had he anything to do with it, thirty days before or after?
WITH k AS (
  SELECT actor_id, table_name, row_id, date_trunc('day', read_at) AS day, min(read_at) AS at
  FROM ledger_read
  WHERE read_at >= %(since)s AND read_at < %(until)s AND actor_id IS NOT NULL AND row_id IS NOT NULL
    AND (%(actor)s::bigint IS NULL OR actor_id = %(actor)s) AND what IN ('opened', 'exported')
    AND table_name IN ('cases_case', 'cases_complaint', 'officers_drugtest', 'officers_officer')
  GROUP BY 1, 2, 3, 4
), held AS NOT MATERIALIZED (
  SELECT r.user_id, r.role, r.granted_at, coalesce(r.ended_at, 'infinity') AS ended_at, u.path
  FROM officers_roleassignment r JOIN officers_unit u ON u.id = r.unit_id
), about AS (
  -- The record itself, and for an officer what is kept of him.
  SELECT k.actor_id, k.table_name, k.row_id, k.day, k.table_name AS of_table, k.row_id AS of_row FROM k
  UNION ALL SELECT k.actor_id, k.table_name, k.row_id, k.day, 'officers_drugtest', t.id
    FROM k JOIN officers_drugtest t ON t.officer_id = k.row_id WHERE k.table_name = 'officers_officer'
  UNION ALL SELECT k.actor_id, k.table_name, k.row_id, k.day, 'officers_sheet', t.sheet_id
    FROM k JOIN officers_drugtest t ON t.officer_id = k.row_id WHERE k.table_name = 'officers_officer'
  UNION ALL SELECT k.actor_id, k.table_name, k.row_id, k.day, 'cases_case', c.id
    FROM k JOIN cases_case c ON c.officer_id = k.row_id WHERE k.table_name = 'officers_officer'
  UNION ALL SELECT k.actor_id, k.table_name, k.row_id, k.day, 'cases_complaint', a.complaint_id
    FROM k JOIN cases_accused a ON a.officer_id = k.row_id WHERE k.table_name = 'officers_officer'
  UNION ALL SELECT k.actor_id, k.table_name, k.row_id, k.day, 'officers_sheet', t.sheet_id
    FROM k JOIN officers_drugtest t ON t.id = k.row_id WHERE k.table_name = 'officers_drugtest'
), acted AS (
  SELECT DISTINCT a.actor_id, a.table_name, a.row_id, a.day FROM about a
  WHERE EXISTS (
      SELECT 1 FROM ledger_event e WHERE e.subject_table = a.of_table AND e.subject_id = a.of_row
        AND e.actor_id = a.actor_id AND e.recorded_at BETWEEN a.day - interval '30 days' AND a.day + interval '31 days')
    OR EXISTS (
      SELECT 1 FROM ledger_change c JOIN ledger_event e ON e.id = c.event_id
      WHERE c.table_name = a.of_table AND c.row_id = a.of_row AND e.actor_id = a.actor_id
        AND e.recorded_at BETWEEN a.day - interval '30 days' AND a.day + interval '31 days')
), idle AS (
  SELECT k.* FROM k LEFT JOIN acted USING (actor_id, table_name, row_id, day)
  WHERE acted.actor_id IS NULL
    -- Those whose task is to look.
    AND NOT EXISTS (SELECT 1 FROM held h WHERE h.user_id = k.actor_id AND h.role IN ('auditor', 'inspector')
      AND k.at >= h.granted_at AND k.at < h.ended_at)
    -- The next step could be his: his role, for its unit, while it was open.
    AND NOT (k.table_name = 'cases_case' AND EXISTS (
      SELECT 1 FROM cases_case c JOIN officers_unit u ON u.id = c.unit_id
      JOIN held h ON h.user_id = k.actor_id AND starts_with(u.path, h.path) AND k.at >= h.granted_at AND k.at < h.ended_at
      WHERE c.id = k.row_id AND k.at <= coalesce(c.closed_at, c.final_at, 'infinity')
        AND (h.role IN ('case_officer', 'supervisor')
          OR h.role = 'legal_checker' AND k.at >= c.proposed_at OR h.role = 'deciding_authority' AND k.at >= c.checked_at
          OR h.role = 'registrar' AND k.at >= c.decided_at OR h.role = 'appeal_member' AND k.at >= c.appealed_at)))
    AND NOT (k.table_name = 'cases_complaint' AND EXISTS (
      SELECT 1 FROM cases_complaint c JOIN officers_unit u ON u.id IN (c.unit_id, c.offered_to_id)
      JOIN held h ON h.user_id = k.actor_id AND starts_with(u.path, h.path) AND k.at >= h.granted_at AND k.at < h.ended_at
      WHERE c.id = k.row_id AND h.role IN ('case_officer', 'supervisor')
        AND k.day <= coalesce(c.closed_on, 'infinity'::date)))
    AND NOT (k.table_name = 'officers_drugtest' AND EXISTS (
      SELECT 1 FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id JOIN officers_unit u ON u.id = s.unit_id
      JOIN held h ON h.user_id = k.actor_id AND starts_with(u.path, h.path) AND k.at >= h.granted_at AND k.at < h.ended_at
      WHERE t.id = k.row_id AND h.role IN ('administrator', 'supervisor', 'reviewing_physician')
        AND (t.status IN ('CONFIRMATION_NEEDED', 'AT_LABORATORY', 'REPEAT_NEEDED', 'VERIFIED_POSITIVE')
          OR k.at <= t.entered_at + interval '30 days')))
    -- A part in it, however long ago.
    AND NOT (k.table_name = 'cases_complaint' AND EXISTS (
      SELECT 1 FROM cases_complaint c WHERE c.id = k.row_id AND k.actor_id IN (c.handler_id, c.written_by_id)))
    AND NOT (k.table_name = 'officers_drugtest' AND EXISTS (
      SELECT 1 FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id
      LEFT JOIN officers_specimen x ON x.test_id = t.id LEFT JOIN officers_review r ON r.test_id = t.id
      WHERE t.id = k.row_id AND k.actor_id IN (s.administrator_id, t.entered_by_id, x.collected_by_id, r.reviewer_id)))
    AND NOT (k.table_name = 'cases_case' AND EXISTS (
      SELECT 1 FROM cases_parts(k.row_id) p WHERE p.user_id = k.actor_id))
)
SELECT r.id, r.actor_id, r.read_at FROM idle k JOIN ledger_read r ON r.actor_id = k.actor_id
  AND r.table_name = k.table_name AND r.row_id = k.row_id AND r.read_at >= k.day AND r.read_at < k.day + interval '1 day'
WHERE r.read_at >= %(since)s AND r.read_at < %(until)s AND r.what IN ('opened', 'exported')

-- name: own_unit
-- The unit where he serves as an officer, and as its head those below it.
WITH own AS (
  SELECT a.id AS actor_id, a.officer_id, o.unit_id, w.path,
    EXISTS (SELECT 1 FROM officers_posting p WHERE p.officer_id = o.id AND p.is_head AND p.unit_id = o.unit_id
      AND p.held @> %(until)s::date) AS is_head
  FROM officers_user a JOIN officers_officer o ON o.id = a.officer_id JOIN officers_unit w ON w.id = o.unit_id
  WHERE %(actor)s::bigint IS NULL OR a.id = %(actor)s
), r AS (
  SELECT id, actor_id, table_name, row_id, read_at FROM ledger_read
  WHERE read_at >= %(since)s AND read_at < %(until)s AND row_id IS NOT NULL AND what IN ('opened', 'exported')
), about AS (
  SELECT r.id, r.actor_id, r.read_at, x.unit_id FROM r JOIN officers_officer x
    ON r.table_name = 'officers_officer' AND x.id = r.row_id
  UNION ALL SELECT r.id, r.actor_id, r.read_at, x.unit_id FROM r JOIN officers_drugtest x
    ON r.table_name = 'officers_drugtest' AND x.id = r.row_id
  UNION ALL SELECT r.id, r.actor_id, r.read_at, x.officer_unit_id FROM r JOIN cases_case x
    ON r.table_name = 'cases_case' AND x.id = r.row_id
  UNION ALL SELECT r.id, r.actor_id, r.read_at, coalesce(x.unit_id, y.unit_id) FROM r JOIN cases_accused x
    ON r.table_name = 'cases_complaint' AND x.complaint_id = r.row_id
    LEFT JOIN officers_officer y ON y.id = x.officer_id
)
SELECT DISTINCT b.id, b.actor_id, b.read_at FROM about b JOIN own USING (actor_id)
JOIN officers_unit u ON u.id = b.unit_id
WHERE u.id = own.unit_id OR (own.is_head AND starts_with(u.path, own.path))

-- name: burst
-- How many records, each counted once, he had opened in the ten minutes before; and when that was so many next.
SELECT id, actor_id, read_at FROM (
  SELECT id, actor_id, read_at, min(read_at) FILTER (WHERE records >= %(least)s) OVER (
    PARTITION BY actor_id ORDER BY read_at DESC RANGE UNBOUNDED PRECEDING) AS peak
  FROM (
    SELECT id, actor_id, read_at, count(*) FILTER (WHERE is_new) OVER (
      PARTITION BY actor_id ORDER BY read_at RANGE BETWEEN interval '10 minutes' PRECEDING AND CURRENT ROW) AS records
    FROM (
      SELECT id, actor_id, read_at, coalesce(read_at - lag(read_at) OVER (
        PARTITION BY actor_id, table_name, row_id ORDER BY read_at, id) > interval '10 minutes', true) AS is_new
      FROM ledger_read
      WHERE read_at >= %(since)s AND read_at < %(until)s AND actor_id IS NOT NULL AND row_id IS NOT NULL
        AND (%(actor)s::bigint IS NULL OR actor_id = %(actor)s) AND what IN ('opened', 'exported')
    ) a
  ) b
) c WHERE peak - read_at <= interval '10 minutes'

-- name: night
SELECT id, actor_id, read_at FROM ledger_read
WHERE read_at >= %(since)s AND read_at < %(until)s AND actor_id IS NOT NULL
  AND (%(actor)s::bigint IS NULL OR actor_id = %(actor)s)
  AND (extract(hour FROM read_at AT TIME ZONE %(zone)s) >= 22 OR extract(hour FROM read_at AT TIME ZONE %(zone)s) < 5)
