"""Rows of a campaign, judged in SQL as `drug_tests.enter_all` judges a line."""

from typing import Any

from officers.actions.drug_tests import named
from officers.actions.problems import in_sql
from officers.models import Officer

# A part of a file's staged rows that nothing is wrong with by themselves, each beside its sheet's header, the roll, the
# tests there are and the rows before it, judged as `drug_tests.enter_all` judges a line. A line that stands for that
# day and unit word for word changes nothing. A table of its own, like a roster's part and for the same reason.
_PART = f"""
CREATE TEMPORARY TABLE part ON COMMIT DROP AS
WITH said AS (
  SELECT r.id AS row_id, r.line, r.sheet_number, r.place, (p.header ->> 'unit')::bigint AS unit_id,
         (p.header ->> 'tested_on')::date AS tested_on, u.officer_id AS administrator, s.*,
         regexp_match(upper(s.specimen_number), '^K-?([0-9]{{4}})-?([0-9]{{6}})-?([0-9]{{2}})(?:-?[AB])?$') AS label
  FROM officers_importrow r
  CROSS JOIN LATERAL (
    SELECT header FROM officers_plannedsheet WHERE file_id = %(file)s AND number = r.sheet_number
    OFFSET 0  -- looked up row by row: joined without statistics, each row was compared with all sheets of the file
  ) p
  LEFT JOIN officers_user u ON u.id = (p.header ->> 'administrator')::bigint
  CROSS JOIN LATERAL jsonb_to_record(r.said) AS s(
    number text, stable bigint, name text, specimen_number text, non_negative_for varchar[], invalid_for varchar[],
    not_taken text, excuse text, remark text, status text)
  WHERE r.file_id = %(file)s AND r.sheet_number > %(after)s AND r.sheet_number <= %(upto)s AND r.problems = '[]'
), above AS (
  SELECT s.unit_id, step::bigint AS id FROM (SELECT DISTINCT unit_id FROM said) s
  JOIN officers_unit u ON u.id = s.unit_id CROSS JOIN string_to_table(trim('/' FROM u.path), '/') AS step
), issued AS (
  SELECT above.unit_id, g.year, g.first, g.last FROM above JOIN officers_specimenrange g ON g.unit_id = above.id
), labelled AS (
  SELECT DISTINCT unit_id FROM issued
), heads AS MATERIALIZED (
  SELECT p.officer_id, p.unit_id, u.path FROM officers_posting p JOIN officers_unit u ON u.id = p.unit_id
  WHERE p.is_head AND p.held @> %(today)s::date
), administering AS MATERIALIZED (
  SELECT s.administrator, u.path FROM (SELECT DISTINCT administrator FROM said) s
  JOIN officers_officer o ON o.id = s.administrator JOIN officers_unit u ON u.id = o.unit_id
), obeyed AS (
  SELECT DISTINCT a.administrator, h.officer_id
  FROM administering a CROSS JOIN string_to_table(trim('/' FROM a.path), '/') AS step
  JOIN heads h ON h.unit_id = step::bigint
), headed AS MATERIALIZED (
  SELECT a.administrator, h.path FROM administering a JOIN heads h ON h.officer_id = a.administrator
), beside AS (
  SELECT s.*, o.id AS officer_id, o.status AS officer_status, o.service_number, o.unit_id AS officer_unit,
         s.name NOT IN ('', o.name_km, o.name_latin) AS named_otherwise, d.same, d.other, x.id AS specimen_of,
         f.officer_id IS NOT NULL OR EXISTS (
           SELECT 1 FROM headed h WHERE h.administrator = s.administrator AND starts_with(w.path, h.path)
         ) AS in_command,
         l.unit_id IS NOT NULL AS takes_labels, i.unit_id IS NOT NULL AS is_issued, sp.id IS NOT NULL AS is_spoiled
  FROM said s
  LEFT JOIN officers_officer n
    ON s.stable IS NULL AND n.service_number = s.number AND n.status <> 'ENTERED_IN_ERROR'
  LEFT JOIN officers_officer o ON o.id = coalesce(s.stable, n.id) AND o.status <> 'ENTERED_IN_ERROR'
  LEFT JOIN LATERAL (
    SELECT min(t.id) FILTER (WHERE t.same) AS same,
           min(t.reference) FILTER (WHERE NOT t.same AND t.status <> 'REPEAT_NEEDED') AS other
    FROM (
      SELECT d.id, d.status,
             'S-' || to_char(h.tested_on, 'YYYY') || '-' || lpad(h.id::text, 6, '0') || '-'
               || lpad((98 - h.id * 100 %% 97)::text, 2, '0') AS reference,
             (d.specimen_number, d.not_taken, d.excuse, d.remark)
               = (s.specimen_number, s.not_taken, s.excuse, s.remark)
             AND d.non_negative_for @> s.non_negative_for AND d.non_negative_for <@ s.non_negative_for
             AND d.invalid_for @> s.invalid_for AND d.invalid_for <@ s.invalid_for AS same
      FROM officers_drugtest d JOIN officers_sheet h ON h.id = d.sheet_id
      WHERE d.officer_id = o.id AND d.tested_on = s.tested_on AND h.unit_id = s.unit_id AND d.status <> 'VOID'
    ) t
  ) d ON true
  LEFT JOIN officers_drugtest x
    ON x.specimen_number = s.specimen_number AND x.specimen_number <> '' AND x.status <> 'VOID'
  LEFT JOIN officers_unit w ON w.id = o.unit_id
  LEFT JOIN obeyed f ON f.administrator = s.administrator AND f.officer_id = o.id
  LEFT JOIN labelled l ON l.unit_id = s.unit_id
  LEFT JOIN issued i ON i.unit_id = s.unit_id AND i.year = s.label[1]::int
    AND s.label[2]::int BETWEEN i.first AND i.last
  LEFT JOIN officers_spoilednumber sp ON sp.number = s.specimen_number AND s.label IS NOT NULL
), alone AS (
  SELECT *, array_remove(ARRAY[
      CASE WHEN officer_id IS NULL THEN {in_sql("number", "officer_unknown", value="number")}
           WHEN officer_status NOT IN ('SERVING', 'SUSPENDED')
           THEN {in_sql("number", "officer_not_serving", value="service_number")} END,
      CASE WHEN same IS NULL AND other IS NOT NULL
           THEN {in_sql("number", "tested_already", value="service_number", other="other")} END,
      CASE WHEN officer_id IN (%(own)s, administrator) THEN {in_sql("number", "own_test")} END,
      CASE WHEN same IS NULL AND in_command AND officer_id <> administrator THEN {in_sql("number", "in_command")} END,
      CASE WHEN same IS NOT NULL OR specimen_number = '' THEN NULL
           WHEN 98 - (label[1]::bigint * 1000000 + label[2]::bigint) * 100 %% 97 <> label[3]::int
           THEN {in_sql("specimen_number", "specimen_check_digits", value="specimen_number")}
           WHEN is_spoiled THEN {in_sql("specimen_number", "specimen_spoiled", value="specimen_number")}
           WHEN (label IS NOT NULL OR takes_labels) AND NOT is_issued
           THEN {in_sql("specimen_number", "specimen_not_issued", value="specimen_number")} END,
      CASE WHEN specimen_of IS NOT NULL AND specimen_of IS DISTINCT FROM same
           THEN {in_sql("specimen_number", "specimen_used", value="specimen_number")} END
    ], NULL) AS problems
  FROM beside
), together AS (
  SELECT *,
    min(line) FILTER (WHERE problems = '{{}}' AND status <> 'REPEAT_NEEDED') OVER (
      PARTITION BY sheet_number, officer_id ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS officer_in_line,
    min(line) FILTER (WHERE problems = '{{}}' AND specimen_number <> '') OVER (
      PARTITION BY specimen_number ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS specimen_in_line
  FROM alone
), judged AS (
  SELECT *, to_jsonb(problems || array_remove(ARRAY[
      CASE WHEN officer_id IS NOT NULL AND officer_in_line IS NOT NULL
           THEN {in_sql("number", "officer_twice", value="service_number", other="officer_in_line")} END,
      CASE WHEN specimen_in_line IS NOT NULL
           THEN {in_sql("specimen_number", "specimen_twice", value="specimen_number", other="specimen_in_line")} END
    ], NULL)) AS found
  FROM together
)
SELECT row_id, sheet_number, place, tested_on, number, name, named_otherwise, specimen_number, non_negative_for,
  invalid_for, not_taken, excuse, remark, status, officer_id, officer_unit, found AS problems,
  CASE WHEN found <> '[]' THEN '' WHEN same IS NULL THEN 'NEW' ELSE 'SAME' END AS effect,
  CASE WHEN found = '[]' THEN same END AS target_id
FROM judged
"""
_NAMED_OTHERWISE = """
SELECT s.row_id, s.name, o.search_key, o.latin_terms FROM part s JOIN officers_officer o ON o.id = s.officer_id
WHERE s.effect = 'NEW' AND s.named_otherwise
"""
_ANOTHER_NAME = f"""
UPDATE part SET effect = '', problems = jsonb_build_array({in_sql("name", "officer_name_differs", value="number")})
WHERE row_id = ANY (%s)
"""


def lay_out(cursor: Any, values: dict[str, Any]) -> None:
    """Make the table `part`, which lasts until the transaction ends or the next part comes."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.part")
    cursor.execute(_PART, values)
    cursor.execute(_NAMED_OTHERWISE)
    others = [
        row
        for row, name, search_key, latin_terms in cursor.fetchall()
        if not named(Officer(search_key=search_key, latin_terms=latin_terms), name)
    ]
    if others:
        cursor.execute(_ANOTHER_NAME, [others])
    cursor.execute("ANALYZE pg_temp.part")
