-- A time that a row tells of its own making is the time it was made.
CREATE FUNCTION audits_now(said timestamptz) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF said > ledger_now() + interval '1 minute' OR said < ledger_now() - interval '1 hour' THEN
    PERFORM audits_refuse('an_audit_tells_its_true_times', 'what is done in an audit is done now');
  END IF;
END $$;

-- The lead alone ends an audit, and none is dropped while a finding of it is open.
CREATE FUNCTION audits_audit_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audits_now(NEW.opened_at);
  ELSIF NEW.opened_at <> OLD.opened_at THEN
    PERFORM audits_refuse('an_audit_tells_its_true_times', 'when an audit was planned stays');
  ELSIF NEW.status <> OLD.status THEN
    IF NEW.status = 'RUNNING' THEN
      PERFORM audits_now(NEW.started_at);
    ELSIF NEW.status = 'REPORTED' THEN
      PERFORM audits_now(NEW.reported_at);
      IF NEW.reported_by_id <> NEW.lead_id THEN
        PERFORM audits_refuse('only_who_leads_an_audit_reports_it', 'who leads an audit reports it');
      END IF;
    ELSIF NEW.status = 'DROPPED' AND EXISTS (
        SELECT 1 FROM audits_finding f WHERE f.audit_id = NEW.id AND f.status NOT IN ('CLOSED', 'WITHDRAWN')) THEN
      PERFORM audits_refuse('an_audit_with_an_open_finding_is_not_dropped', 'a finding of this audit is open');
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- What an audit rests on moves while it runs, and not as it ends: whoever ends it waits, or is waited for.
CREATE FUNCTION audits_running(of_audit bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM audits_audit a WHERE a.id = of_audit AND a.status = 'RUNNING' FOR SHARE;
  IF NOT FOUND THEN
    PERFORM audits_refuse('what_an_audit_rests_on_moves_while_it_runs', 'this audit is not running');
  END IF;
END $$;

CREATE FUNCTION audits_sample_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF OLD.drawn_at IS NOT NULL AND (NEW.drawn_by_id, NEW.drawn_at, NEW.outside, NEW.nonce, NEW.seed)
       IS DISTINCT FROM (OLD.drawn_by_id, OLD.drawn_at, OLD.outside, OLD.nonce, OLD.seed) THEN
      PERFORM audits_refuse('a_sample_is_drawn_once', 'a sample is drawn once');
    END IF;
    IF NEW.status <> OLD.status THEN PERFORM audits_running(NEW.audit_id); END IF;
  ELSE
    PERFORM audits_running(NEW.audit_id);
  END IF;
  IF NEW.drawn_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.drawn_at IS NULL) THEN
    PERFORM audits_now(NEW.drawn_at);
    IF NEW.kind = 'directed' AND NEW.drawn_by_id IS DISTINCT FROM NEW.frozen_by_id THEN
      PERFORM audits_refuse('only_an_auditor_does_this', 'who directs a sample draws it');
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- A review goes by the checklist in force, and its steps are its reviewer's: it is handed over by itself.
CREATE FUNCTION audits_review_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM audits_running(NEW.audit_id);
  IF TG_OP = 'INSERT' THEN
    PERFORM audits_now(NEW.assigned_at);
    RETURN NULL;
  END IF;
  IF NEW.status = OLD.status THEN RETURN NULL; END IF;
  IF NEW.reviewer_id <> OLD.reviewer_id THEN
    PERFORM audits_refuse('a_review_is_handed_over_by_itself', 'a review is handed over, or goes on; not both at once');
  END IF;
  IF NEW.status = 'COMPLETED' THEN
    PERFORM audits_now(NEW.completed_at);
  ELSIF OLD.status = 'ASSIGNED' THEN
    PERFORM audits_now(NEW.started_at);
    IF NEW.checklist_id IS DISTINCT FROM (
        SELECT v.id FROM officers_settingversion v
        WHERE v.kind = 'checklist' AND NOT v.withdrawn
          AND v.effective_from <= (NEW.started_at AT TIME ZONE 'Asia/Phnom_Penh')::date
        ORDER BY v.effective_from DESC, v.number DESC LIMIT 1)
       OR NOT EXISTS (
        SELECT 1 FROM officers_settingversion v CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'checklist') q
        WHERE v.id = NEW.checklist_id AND q ->> 'about' = NEW.about) THEN
      PERFORM audits_refuse('a_review_goes_by_the_checklist_in_force', 'a review goes by the checklist in force');
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Who is kept from a record answers nothing of it either, though he began before he was.
CREATE FUNCTION audits_answer_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  r audits_review;
BEGIN
  SELECT * INTO r FROM audits_review WHERE id = NEW.review_id;
  PERFORM audits_running(r.audit_id);
  IF audits_is_kept(r.reviewer_id, r.about, r.row_id, r.officer_id, ARRAY[r.unit_id, r.by_unit_id]) THEN
    PERFORM audits_refuse('nobody_reviews_what_concerns_himself', 'nobody reviews what concerns himself');
  END IF;
  IF NOT EXISTS (
      SELECT 1 FROM officers_settingversion v CROSS JOIN LATERAL jsonb_array_elements(v.content -> 'checklist') q
      WHERE v.id = r.checklist_id AND q ->> 'about' = r.about AND q ->> 'code' = NEW.question) THEN
    PERFORM audits_refuse('an_answer_is_to_a_question_of_its_checklist', 'the checklist has no such question');
  END IF;
  RETURN NULL;
END $$;

-- When a finding was drafted, issued and closed stays; one that was issued never looks as if it had not been.
CREATE FUNCTION audits_finding_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM audits_now(NEW.drafted_at);
    IF audits_is_kept(NEW.drafted_by_id, NEW.about, NEW.row_id, NEW.officer_id, ARRAY[NEW.record_unit_id, NEW.unit_id]) THEN
      PERFORM audits_refuse('nobody_reviews_what_concerns_himself', 'nobody audits what concerns himself');
    END IF;
  ELSIF NEW.drafted_at <> OLD.drafted_at
     OR OLD.issued_at IS NOT NULL AND NEW.issued_at IS DISTINCT FROM OLD.issued_at
     OR NEW.status = OLD.status AND NEW.closed_at IS DISTINCT FROM OLD.closed_at
     OR OLD.issued_at IS NULL AND NEW.issued_at IS NOT NULL AND NEW.status = 'WITHDRAWN' THEN
    PERFORM audits_refuse('an_audit_tells_its_true_times', 'when a finding was issued and closed stays');
  END IF;
  IF NEW.issued_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.issued_at IS NULL) THEN PERFORM audits_now(NEW.issued_at); END IF;
  IF NEW.closed_at IS NOT NULL AND (TG_OP = 'INSERT' OR OLD.closed_at IS NULL) THEN PERFORM audits_now(NEW.closed_at); END IF;
  RETURN NULL;
END $$;

-- The day that a turn gives lies ahead and within reach; more time is a later day, and an escalation gives none.
CREATE FUNCTION audits_entry_in_time() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  today CONSTANT date := (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date;
  before date;
BEGIN
  SELECT n.due_on INTO before FROM audits_findingentry n WHERE n.finding_id = NEW.finding_id AND n.number = NEW.number - 1;
  IF NEW.kind = 'escalated' AND NEW.due_on IS DISTINCT FROM before
     OR NEW.kind = 'extended' AND NEW.due_on <= before
     OR NEW.kind <> 'escalated' AND (NEW.due_on < today OR NEW.due_on > today + 732) THEN
    PERFORM audits_refuse('a_turn_gives_a_day_within_reach', 'the day is not one that this turn can give');
  END IF;
  RETURN NULL;
END $$;
