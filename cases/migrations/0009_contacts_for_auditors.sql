-- Whether somebody holds one of these roles for a unit.
CREATE FUNCTION cases_serves(who bigint, of_unit bigint, roles text[]) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
    JOIN officers_unit u ON u.id = r.unit_id JOIN officers_unit w ON w.id = of_unit
    WHERE r.user_id = who AND r.ended_at IS NULL AND r.role = ANY (roles) AND starts_with(w.path, u.path))
$$;

-- A reporter is opened by two people: who works on the complaint or audits its unit asks, another one decides, and on an
-- auditor's wish an inspector who audits nothing anywhere.
CREATE FUNCTION cases_opening_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE of_unit bigint; audits boolean;
BEGIN
  SELECT unit_id INTO of_unit FROM cases_complaint WHERE id = NEW.complaint_id;
  IF TG_OP = 'INSERT' THEN
    audits := cases_serves(NEW.asked_by_id, of_unit, ARRAY['auditor']);
    IF NEW.status <> 'ASKED' OR NEW.for_audit <> audits
       OR NOT (audits OR cases_serves(NEW.asked_by_id, of_unit, ARRAY['case_officer', 'supervisor', 'inspector'])) THEN
      PERFORM cases_refuse('only_who_works_on_it_asks_for_a_reporter', 'only who works on it or audits it asks for a reporter');
    END IF;
    RETURN NULL;
  END IF;
  IF OLD.status <> 'ASKED' THEN
    PERFORM cases_refuse('a_wish_for_a_reporter_is_decided_once', 'a wish for a reporter is decided once');
  END IF;
  IF NEW.for_audit THEN
    IF NEW.decided_by_id IS NULL OR NOT cases_serves(NEW.decided_by_id, of_unit, ARRAY['inspector']) OR EXISTS (
      SELECT 1 FROM officers_roleassignment WHERE user_id = NEW.decided_by_id AND role = 'auditor' AND ended_at IS NULL
    ) THEN
      PERFORM cases_refuse('an_inspector_opens_a_reporter_to_an_auditor', 'an inspector opens a reporter to an auditor');
    END IF;
  ELSIF NEW.decided_by_id IS NULL
     OR NOT cases_serves(NEW.decided_by_id, of_unit, ARRAY['supervisor', 'inspector']) THEN
    PERFORM cases_refuse('a_supervisor_opens_a_reporter', 'a supervisor or an inspector opens a reporter');
  END IF;
  RETURN NULL;
END $$;
