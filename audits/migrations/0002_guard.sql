CREATE FUNCTION audits_refuse(name text, message text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = name, MESSAGE = message;
END $$;

-- Whether somebody is an auditor for a unit.
CREATE FUNCTION audits_audits(who bigint, of_unit bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
    JOIN officers_unit u ON u.id = r.unit_id JOIN officers_unit w ON w.id = of_unit
    WHERE r.user_id = who AND r.ended_at IS NULL AND r.role = 'auditor' AND starts_with(w.path, u.path))
$$;

-- Whether somebody answers findings for a unit.
CREATE FUNCTION audits_answers(who bigint, of_unit bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
    JOIN officers_unit u ON u.id = r.unit_id JOIN officers_unit w ON w.id = of_unit
    WHERE r.user_id = who AND r.ended_at IS NULL AND r.role IN ('supervisor', 'inspector', 'deciding_authority')
      AND starts_with(w.path, u.path))
$$;

-- The units an auditor is kept from: where he serves as an officer; outside the central services also all below it and
-- the local ones above; and those he named, with all below them.
CREATE FUNCTION audits_recused_units(who bigint) RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH own AS (
    SELECT u.id, u.path, u.kind IN ('PROVINCIAL_COMMISSARIAT', 'DISTRICT_INSPECTORATE', 'COMMUNE_POST') AS is_local
    FROM officers_user a JOIN officers_officer o ON o.id = a.officer_id JOIN officers_unit u ON u.id = o.unit_id
    WHERE a.id = who
  )
  SELECT id FROM own
  UNION SELECT u.id FROM own JOIN officers_unit u ON own.is_local AND starts_with(u.path, own.path)
  UNION SELECT u.id FROM own JOIN officers_unit u ON own.is_local AND starts_with(own.path, u.path)
    AND u.kind IN ('PROVINCIAL_COMMISSARIAT', 'DISTRICT_INSPECTORATE')
  UNION SELECT u.id FROM audits_recusal r JOIN officers_unit n ON n.id = r.unit_id
    JOIN officers_unit u ON starts_with(u.path, n.path) WHERE r.user_id = who AND r.ended_at IS NULL
$$;

CREATE FUNCTION audits_recused_officers(who bigint) RETURNS SETOF bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT officer_id FROM officers_user WHERE id = who AND officer_id IS NOT NULL
  UNION SELECT officer_id FROM audits_recusal WHERE user_id = who AND officer_id IS NOT NULL AND ended_at IS NULL
$$;

-- Whether an auditor is kept from a record: by its people, its units, or because he had a part in it. Who serves in the
-- unit that conducted a case, or took a sample, is kept from it wherever it is spoken of: a finding has no copy of that unit.
CREATE FUNCTION audits_is_kept(who bigint, record text, of_row bigint, of_officer bigint, units bigint[])
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT of_officer IN (SELECT audits_recused_officers(who))
    OR EXISTS (SELECT 1 FROM audits_recused_units(who) u WHERE u = ANY (
      units || CASE record
        WHEN 'case' THEN (SELECT ARRAY[c.officer_unit_id, c.unit_id] FROM cases_case c WHERE c.id = of_row)
        WHEN 'drug_test' THEN (SELECT ARRAY[t.unit_id, s.unit_id] FROM officers_drugtest t
                               JOIN officers_sheet s ON s.id = t.sheet_id WHERE t.id = of_row) END))
    OR (record = 'case' AND EXISTS (SELECT 1 FROM cases_parts(of_row) p WHERE p.user_id = who))
    OR (record = 'drug_test' AND EXISTS (
      SELECT 1 FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id
      LEFT JOIN officers_specimen x ON x.test_id = t.id LEFT JOIN officers_laboratoryreport l ON l.specimen_id = x.id
      LEFT JOIN officers_review r ON r.test_id = t.id
      WHERE t.id = of_row
        AND who IN (s.administrator_id, t.entered_by_id, x.collected_by_id, l.reported_by_id, r.reviewer_id)))
    OR (record = 'complaint' AND EXISTS (
      SELECT 1 FROM cases_complaint k LEFT JOIN cases_deed d ON d.complaint_id = k.id
      WHERE k.id = of_row AND who IN (k.handler_id, k.written_by_id, k.closed_by_id, d.by_id)))
$$;

-- Copies on a review or a finding of what its record says, so that nobody evades a recusal by writing others.
CREATE FUNCTION audits_concerns(record text, of_row bigint, of_officer bigint, of_unit bigint, by_unit bigint)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE record
    WHEN 'case' THEN EXISTS (SELECT 1 FROM cases_case c WHERE c.id = of_row
      AND (c.officer_id, c.officer_unit_id, c.unit_id) IS NOT DISTINCT FROM (of_officer, of_unit, by_unit))
    WHEN 'drug_test' THEN EXISTS (
      SELECT 1 FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id WHERE t.id = of_row
      AND (t.officer_id, t.unit_id, s.unit_id) IS NOT DISTINCT FROM (of_officer, of_unit, by_unit))
    WHEN 'complaint' THEN EXISTS (SELECT 1 FROM cases_complaint k WHERE k.id = of_row
      AND (NULL::bigint, k.unit_id, NULL::bigint) IS NOT DISTINCT FROM (of_officer, of_unit, by_unit))
    ELSE false END
$$;

-- An audit is opened by an auditor for its unit, led by one, and goes forward only.
CREATE FUNCTION audits_audit_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.lead_id <> OLD.lead_id OR NEW.status <> OLD.status THEN
    IF NOT audits_audits(NEW.lead_id, NEW.unit_id) THEN
      PERFORM audits_refuse('an_audit_is_led_by_an_auditor', 'who leads an audit is an auditor for its unit');
    END IF;
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'PLANNED' OR NOT audits_audits(NEW.opened_by_id, NEW.unit_id) THEN
      PERFORM audits_refuse('only_an_auditor_does_this', 'an audit is planned by an auditor for its unit');
    END IF;
    RETURN NULL;
  END IF;
  IF NEW.status <> OLD.status
     AND (OLD.status, NEW.status) NOT IN (('PLANNED', 'RUNNING'), ('PLANNED', 'DROPPED'), ('RUNNING', 'REPORTED'),
                                          ('RUNNING', 'DROPPED')) THEN
    PERFORM audits_refuse('an_audit_goes_forward', 'an audit goes forward');
  END IF;
  IF OLD.status IN ('REPORTED', 'DROPPED') THEN
    PERFORM audits_refuse('an_audit_that_ended_stays_as_it_is', 'an audit that ended stays as it is');
  END IF;
  IF OLD.status <> 'PLANNED' AND (NEW.period_from, NEW.period_to, NEW.started_at)
     IS DISTINCT FROM (OLD.period_from, OLD.period_to, OLD.started_at) THEN
    PERFORM audits_refuse('an_audits_period_stays_once_it_runs', 'the period of an audit stays once it runs');
  END IF;
  IF NEW.status = 'REPORTED' AND NOT audits_audits(NEW.reported_by_id, NEW.unit_id) THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'an audit is reported by an auditor for its unit');
  END IF;
  IF NEW.status = 'REPORTED' AND (
      EXISTS (SELECT 1 FROM audits_review r WHERE r.audit_id = NEW.id AND r.status <> 'COMPLETED')
      OR EXISTS (SELECT 1 FROM audits_finding f WHERE f.audit_id = NEW.id AND f.status = 'DRAFT')
      OR EXISTS (
        SELECT 1 FROM audits_sample s JOIN audits_sampleitem i ON i.sample_id = s.id
        WHERE s.audit_id = NEW.id AND s.status = 'DRAWN' AND NOT EXISTS (
          SELECT 1 FROM audits_review r WHERE r.audit_id = NEW.id AND r.about = s.about AND r.row_id = i.row_id))) THEN
    PERFORM audits_refuse('an_audit_is_reported_when_its_work_is_done', 'a review or a finding is not done');
  END IF;
  RETURN NULL;
END $$;

-- The population is what was hashed; the seed is made of what it must be; what was drawn is what the seed draws.
CREATE FUNCTION audits_sample_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  list text;
  name CONSTANT text := 'a_sample_is_drawn_as_its_seed_says';
BEGIN
  IF TG_OP = 'INSERT' THEN
    SELECT p.lines INTO list FROM audits_population p WHERE p.sample_id = NEW.id;
    IF list IS NULL OR encode(sha256(convert_to(list, 'UTF8')), 'hex') <> NEW.digest
       OR array_length(string_to_array(list, E'\n'), 1) <> NEW.population THEN
      PERFORM audits_refuse('a_population_is_what_was_hashed', 'the population is not what was hashed');
    END IF;
    IF NOT EXISTS (SELECT 1 FROM audits_audit a WHERE a.id = NEW.audit_id AND a.status = 'RUNNING'
                   AND audits_audits(NEW.frozen_by_id, a.unit_id)) THEN
      PERFORM audits_refuse('only_an_auditor_does_this', 'a population is frozen by an auditor while the audit runs');
    END IF;
    IF NEW.frozen_at > ledger_now() + interval '1 minute' OR NEW.frozen_at < ledger_now() - interval '1 hour' THEN
      PERFORM audits_refuse('a_population_is_frozen_now', 'a population is frozen now');
    END IF;
    IF NEW.seed <> '' THEN
      PERFORM audits_refuse('a_sample_is_drawn_after_its_population_was_frozen', 'a sample is drawn in an act of its own');
    END IF;
    IF NEW.number_on <= (NEW.frozen_at AT TIME ZONE 'Asia/Phnom_Penh')::date THEN
      PERFORM audits_refuse('a_number_from_outside_is_not_known_yet', 'the number from outside is of a day to come');
    END IF;
  ELSIF OLD.status = 'VOID' OR NEW.status = 'FROZEN' AND OLD.status <> 'FROZEN' THEN
    PERFORM audits_refuse('a_sample_goes_forward', 'a sample goes forward');
  END IF;
  IF NEW.seed = '' OR TG_OP = 'UPDATE' AND OLD.seed <> '' THEN RETURN NULL; END IF;
  IF NOT EXISTS (SELECT 1 FROM audits_audit a WHERE a.id = NEW.audit_id AND audits_audits(NEW.drawn_by_id, a.unit_id)) THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'a sample is drawn by an auditor');
  END IF;
  IF (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date < NEW.number_on THEN
    PERFORM audits_refuse('a_sample_is_drawn_once_the_number_is_there', 'the number from outside is not there yet');
  END IF;
  IF encode(sha256(convert_to(NEW.nonce, 'UTF8')), 'hex') <> NEW.nonce_digest
     OR encode(sha256(convert_to(concat_ws(E'\n', 'probity-sample-1', NEW.digest, NEW.nonce, NEW.outside), 'UTF8')), 'hex')
        <> NEW.seed THEN
    PERFORM audits_refuse(name, 'the seed is not made of population, nonce and the number from outside');
  END IF;
  SELECT p.lines INTO list FROM audits_population p WHERE p.sample_id = NEW.id;
  IF EXISTS (
    WITH members AS (
      SELECT split_part(line, E'\t', 1)::bigint AS row_id, substr(line, strpos(line, E'\t') + 1) COLLATE "C" AS stratum,
             encode(sha256(convert_to(NEW.seed || ':' || split_part(line, E'\t', 1), 'UTF8')), 'hex') COLLATE "C" AS key
      FROM unnest(string_to_array(list, E'\n')) AS line
    ), sizes AS (
      SELECT stratum, count(*) AS size, least(NEW.size, NEW.population)::bigint AS wanted FROM members GROUP BY stratum
    ), floors AS (
      SELECT stratum, wanted, wanted * size / NEW.population AS given,
             row_number() OVER (ORDER BY wanted * size % NEW.population DESC, stratum) AS place
      FROM sizes
    ), shares AS (
      SELECT stratum, given + CASE WHEN place <= wanted - sum(given) OVER () THEN 1 ELSE 0 END AS given FROM floors
    ), ranked AS (
      SELECT m.*, row_number() OVER (PARTITION BY stratum ORDER BY key) AS place FROM members m
    ), drawn AS (
      SELECT r.row_id, r.stratum, r.key FROM ranked r JOIN shares s USING (stratum) WHERE r.place <= s.given
    )
    SELECT 1 FROM drawn d FULL JOIN (SELECT * FROM audits_sampleitem i WHERE i.sample_id = NEW.id) i
      ON i.row_id = d.row_id AND i.stratum = d.stratum AND i.key = d.key
    WHERE i.id IS NULL OR d.row_id IS NULL
  ) THEN
    PERFORM audits_refuse(name, 'what was drawn is not what the seed draws');
  END IF;
  RETURN NULL;
END $$;

-- Records come into a sample in the act that first draws it, as many as it draws, and out of its population. Which one is
-- asked once, of the last of them: they are numbered without a gap.
CREATE FUNCTION audits_item_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  name CONSTANT text := 'records_come_into_a_sample_as_it_is_drawn';
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM audits_sample s JOIN ledger_change c
      ON c.table_name = 'audits_sample' AND c.row_id = s.id AND c.version = s.version
    JOIN ledger_event e ON e.id = c.event_id
    WHERE s.id = NEW.sample_id AND s.status = 'DRAWN' AND NEW.number <= least(s.size, s.population)
      AND e.verb IN ('sample.drawn', 'sample.directed') AND e.xid = pg_current_xact_id()::text::bigint
      AND NOT EXISTS (
        SELECT 1 FROM ledger_change b WHERE b.table_name = 'audits_sample' AND b.row_id = s.id
          AND b.version < s.version AND (b.image ->> 'status') IS DISTINCT FROM 'FROZEN')
  ) OR NEW.number <> (SELECT count(*) FROM audits_sampleitem i WHERE i.sample_id = NEW.sample_id AND i.number <= NEW.number)
  THEN
    PERFORM audits_refuse(name, 'records come into a sample as it is drawn');
  END IF;
  IF NEW.number = (SELECT max(i.number) FROM audits_sampleitem i WHERE i.sample_id = NEW.sample_id) AND EXISTS (
      SELECT i.row_id FROM audits_sampleitem i WHERE i.sample_id = NEW.sample_id
      EXCEPT
      SELECT split_part(line, E'\t', 1)::bigint
      FROM audits_population p, unnest(string_to_array(p.lines, E'\n')) AS line WHERE p.sample_id = NEW.sample_id) THEN
    PERFORM audits_refuse('what_is_drawn_is_of_the_population', 'what is drawn is of the population');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audits_review_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  r audits_review;
  a audits_audit;
BEGIN
  SELECT * INTO r FROM audits_review WHERE id = NEW.id;
  SELECT * INTO a FROM audits_audit WHERE id = r.audit_id;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'ASSIGNED' OR a.status <> 'RUNNING' OR NOT audits_audits(NEW.assigned_by_id, a.unit_id) THEN
      PERFORM audits_refuse('only_an_auditor_does_this', 'a review is given by an auditor while the audit runs');
    END IF;
    IF NOT audits_concerns(NEW.about, NEW.row_id, NEW.officer_id, NEW.unit_id, NEW.by_unit_id) THEN
      PERFORM audits_refuse('a_review_is_of_a_record', 'a review says whom and what its record concerns');
    END IF;
  ELSIF OLD.status <> NEW.status
        AND (OLD.status, NEW.status) NOT IN (('ASSIGNED', 'STARTED'), ('STARTED', 'COMPLETED'), ('COMPLETED', 'STARTED'))
        OR OLD.status = 'COMPLETED' AND NEW.status = 'COMPLETED'
        OR OLD.status <> 'ASSIGNED' AND (NEW.checklist_id, NEW.started_at) IS DISTINCT FROM (OLD.checklist_id, OLD.started_at)
        OR NEW.times_reopened <> OLD.times_reopened + (CASE WHEN OLD.status = 'COMPLETED' THEN 1 ELSE 0 END) THEN
    PERFORM audits_refuse('a_review_takes_one_step_after_another', 'a review takes one step after another');
  ELSIF a.status <> 'RUNNING' THEN
    PERFORM audits_refuse('reviews_stay_as_they_were_reported', 'reviews stay as they were when the audit ended');
  END IF;
  IF NOT audits_audits(r.reviewer_id, a.unit_id) THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'a review is made by an auditor for the unit');
  END IF;
  IF audits_is_kept(r.reviewer_id, r.about, r.row_id, r.officer_id, ARRAY[r.unit_id, r.by_unit_id]) THEN
    PERFORM audits_refuse('nobody_reviews_what_concerns_himself', 'nobody reviews what concerns himself');
  END IF;
  IF r.checklist_id IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM officers_settingversion v WHERE v.id = r.checklist_id AND v.kind = 'checklist') THEN
    PERFORM audits_refuse('a_review_goes_by_a_checklist', 'a review goes by a checklist');
  END IF;
  IF r.status = 'COMPLETED' AND EXISTS (
      SELECT 1 FROM officers_settingversion v CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'checklist') q
      WHERE v.id = r.checklist_id AND q ->> 'about' = r.about
        AND NOT EXISTS (SELECT 1 FROM audits_answer n WHERE n.review_id = r.id AND n.question = q ->> 'code')) THEN
    PERFORM audits_refuse('a_completed_review_answers_every_question', 'a question has no answer');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audits_answer_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.review_id, NEW.question) IS DISTINCT FROM (OLD.review_id, OLD.question)
     OR NOT EXISTS (SELECT 1 FROM audits_review r WHERE r.id = NEW.review_id AND r.status = 'STARTED') THEN
    PERFORM audits_refuse('an_answer_belongs_to_a_review_under_way', 'an answer belongs to a review under way');
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(NEW.events) AS x WHERE NOT EXISTS (SELECT 1 FROM ledger_event e WHERE e.id = x)) THEN
    PERFORM audits_refuse('what_is_pointed_at_is_an_event', 'what is pointed at is an event of the log');
  END IF;
  RETURN NULL;
END $$;

-- Where a finding stands after a turn, by where it stood before; nothing for a turn that is not possible there.
CREATE FUNCTION audits_next(before text, turn text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN turn = 'issued' AND before = 'DRAFT' THEN 'ISSUED'
    WHEN turn = 'accepted' AND before IN ('ISSUED', 'CONTESTED') THEN 'ACCEPTED'
    WHEN turn = 'contested' AND before = 'ISSUED' THEN 'CONTESTED'
    WHEN turn = 'upheld' AND before = 'CONTESTED' THEN 'ISSUED'
    WHEN turn = 'acted' AND before = 'ACCEPTED' THEN 'ACTED'
    WHEN turn = 'returned' AND before = 'ACTED' THEN 'ACCEPTED'
    WHEN turn = 'closed' AND before = 'ACTED' THEN 'CLOSED'
    WHEN turn = 'reopened' AND before = 'CLOSED' THEN 'ISSUED'
    WHEN turn = 'withdrawn' AND before IN ('DRAFT', 'ISSUED', 'ACCEPTED', 'CONTESTED', 'ACTED') THEN 'WITHDRAWN'
    WHEN turn IN ('extended', 'escalated') AND before IN ('ISSUED', 'ACCEPTED') THEN before
  END
$$;

-- A finding lies before the unit that its newest turn tells of.
CREATE FUNCTION audits_finding_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  f audits_finding;
  e record;
  stands text := 'DRAFT';
BEGIN
  SELECT * INTO f FROM audits_finding WHERE id = NEW.id;
  FOR e IN SELECT kind FROM audits_findingentry WHERE finding_id = f.id ORDER BY number LOOP
    stands := audits_next(stands, e.kind);
    EXIT WHEN stands IS NULL;
  END LOOP;
  IF stands IS NULL OR f.status <> stands THEN
    PERFORM audits_refuse('a_finding_stands_where_its_exchange_says', 'the finding is not where its exchange says');
  END IF;
  IF f.due_on IS DISTINCT FROM (SELECT n.due_on FROM audits_findingentry n WHERE n.finding_id = f.id ORDER BY n.number DESC LIMIT 1)
  THEN
    PERFORM audits_refuse('a_finding_is_due_when_its_exchange_says', 'the finding is not due when its exchange says');
  END IF;
  IF f.escalated_to_id IS DISTINCT FROM
     (SELECT n.unit_id FROM audits_findingentry n WHERE n.finding_id = f.id ORDER BY n.number DESC LIMIT 1) THEN
    PERFORM audits_refuse('a_finding_lies_before_whom_its_exchange_says', 'the finding lies before another unit');
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.about <> '' AND NOT EXISTS (
        SELECT 1 WHERE audits_concerns(NEW.about, NEW.row_id, NEW.officer_id, NEW.record_unit_id,
          CASE NEW.about
            WHEN 'case' THEN (SELECT c.unit_id FROM cases_case c WHERE c.id = NEW.row_id)
            WHEN 'drug_test' THEN (SELECT s.unit_id FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id
                                   WHERE t.id = NEW.row_id) END)) THEN
      PERFORM audits_refuse('a_finding_is_of_a_record', 'a finding says whom and what its record concerns');
    END IF;
    IF NEW.review_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM audits_review r WHERE r.id = NEW.review_id AND r.audit_id = NEW.audit_id
          AND r.about = NEW.about AND r.row_id = NEW.row_id) THEN
      PERFORM audits_refuse('a_finding_is_of_its_review', 'a finding is of the record of its review');
    END IF;
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM audits_audit a JOIN officers_unit w ON w.id = a.unit_id JOIN officers_unit u ON u.id = f.unit_id
      WHERE a.id = f.audit_id AND starts_with(u.path, w.path)
        AND (f.status <> 'DRAFT' OR a.status IN ('RUNNING', 'REPORTED') AND audits_audits(f.drafted_by_id, a.unit_id))) THEN
    PERFORM audits_refuse('a_finding_is_addressed_within_its_audit', 'a finding is addressed to a unit of its audit');
  END IF;
  IF EXISTS (SELECT 1 FROM unnest(f.events) AS x WHERE NOT EXISTS (SELECT 1 FROM ledger_event v WHERE v.id = x)) THEN
    PERFORM audits_refuse('what_is_pointed_at_is_an_event', 'what is pointed at is an event of the log');
  END IF;
  RETURN NULL;
END $$;

-- A turn is the next one, taken by who may: who had an auditor's part does not answer, who answered does not close, and a
-- late finding goes up by one unit at a time.
CREATE FUNCTION audits_entry_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  f audits_finding;
  of_unit bigint;
  stands text := 'DRAFT';
  told bigint;
  e record;
BEGIN
  SELECT * INTO f FROM audits_finding WHERE id = NEW.finding_id FOR NO KEY UPDATE;
  SELECT a.unit_id INTO of_unit FROM audits_audit a WHERE a.id = f.audit_id;
  FOR e IN SELECT kind FROM audits_findingentry WHERE finding_id = f.id ORDER BY number LOOP
    stands := audits_next(stands, e.kind);
    EXIT WHEN stands IS NULL;
  END LOOP;
  IF stands IS NULL OR f.status <> stands THEN
    PERFORM audits_refuse('a_finding_stands_where_its_exchange_says', 'the finding is not where its exchange says');
  END IF;
  IF NEW.number <> (SELECT count(*) FROM audits_findingentry n WHERE n.finding_id = f.id AND n.number <= NEW.number) THEN
    PERFORM audits_refuse('turns_are_numbered_in_their_order', 'turns are numbered in their order');
  END IF;
  IF NEW.at > ledger_now() + interval '1 minute' OR NEW.at < ledger_now() - interval '1 hour' THEN
    PERFORM audits_refuse('a_turn_is_taken_now', 'a turn is taken now');
  END IF;
  IF NEW.kind IN ('accepted', 'contested', 'acted') THEN
    IF NOT audits_answers(NEW.by_id, f.unit_id)
       OR EXISTS (SELECT 1 FROM officers_user u WHERE u.id = NEW.by_id AND u.officer_id = f.officer_id) THEN
      PERFORM audits_refuse('a_finding_is_answered_for_its_unit', 'a finding is answered for its unit');
    END IF;
    IF NEW.by_id = f.drafted_by_id OR EXISTS (
        SELECT 1 FROM audits_findingentry n WHERE n.finding_id = f.id AND n.by_id = NEW.by_id
          AND n.kind NOT IN ('accepted', 'contested', 'acted')) THEN
      PERFORM audits_refuse('who_audits_does_not_answer', 'who had an auditor''s part in a finding does not answer it');
    END IF;
    IF f.about = 'case' THEN PERFORM cases_check_fit(f.row_id, NEW.by_id); END IF;
  ELSIF NEW.kind = 'escalated' THEN
    IF NEW.due_on >= (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date THEN
      PERFORM audits_refuse('a_finding_escalates_once_it_is_late', 'a finding escalates once its day has passed');
    END IF;
    SELECT n.unit_id INTO told FROM audits_findingentry n WHERE n.finding_id = f.id AND n.number = NEW.number - 1;
    IF NEW.unit_id IS DISTINCT FROM (SELECT u.parent_id FROM officers_unit u WHERE u.id = coalesce(told, f.unit_id)) THEN
      PERFORM audits_refuse('a_finding_escalates_to_the_unit_above', 'a finding escalates to the unit above');
    END IF;
  ELSE
    IF NOT audits_audits(NEW.by_id, of_unit) THEN
      PERFORM audits_refuse('only_an_auditor_does_this', 'this turn is an auditor''s');
    END IF;
    IF audits_is_kept(NEW.by_id, f.about, f.row_id, f.officer_id, ARRAY[f.record_unit_id, f.unit_id]) THEN
      PERFORM audits_refuse('nobody_reviews_what_concerns_himself', 'nobody audits what concerns himself');
    END IF;
    IF EXISTS (SELECT 1 FROM audits_findingentry n WHERE n.finding_id = f.id AND n.by_id = NEW.by_id
                 AND n.kind IN ('accepted', 'contested', 'acted')) THEN
      PERFORM audits_refuse('a_finding_is_closed_by_who_did_not_answer_it', 'who answered a finding does not judge it');
    END IF;
  END IF;
  RETURN NULL;
END $$;
