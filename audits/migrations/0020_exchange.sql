-- Besides what it said: a finding lies before the unit that its newest turn tells of.
CREATE OR REPLACE FUNCTION audits_finding_stands() RETURNS trigger LANGUAGE plpgsql
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

-- Besides: who had an auditor's part does not answer; a late finding goes up by one unit at a time.
CREATE OR REPLACE FUNCTION audits_entry_stands() RETURNS trigger LANGUAGE plpgsql
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

-- A recusal is an auditor's own, of now; another auditor ends it, once.
CREATE FUNCTION audits_recusal_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.user_id ELSE NEW.ended_by_id END;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
                 WHERE r.user_id = who AND r.ended_at IS NULL AND r.role = 'auditor') THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'a recusal is declared, and ended, by an auditor');
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF OLD.ended_at IS NOT NULL THEN
      PERFORM audits_refuse('a_recusal_that_ended_stays_as_it_is', 'a recusal that ended stays as it is');
    END IF;
    IF NEW.unit_id IN (SELECT audits_recused_units(who)) OR NEW.officer_id IN (SELECT audits_recused_officers(who)) THEN
      PERFORM audits_refuse('nobody_ends_a_recusal_that_concerns_himself', 'who ends it is kept from the same');
    END IF;
  END IF;
  RETURN NULL;
END $$;
