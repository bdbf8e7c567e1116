CREATE FUNCTION cases_refuse(name text, message text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = name, MESSAGE = message;
END $$;

-- Who had which part in a case and in the tests it rests on.
CREATE FUNCTION cases_parts(of_case bigint) RETURNS TABLE (user_id bigint, part text) LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  WITH tests AS (
    SELECT t.* FROM cases_ground g JOIN officers_drugtest t ON t.id = g.test_id
    WHERE g.case_id = of_case AND g.status <> 'WITHDRAWN'
  )
  SELECT DISTINCT p.u, p.p FROM (
    SELECT s.administrator_id, 'collector' FROM tests t JOIN officers_sheet s ON s.id = t.sheet_id
    UNION ALL SELECT t.entered_by_id, 'collector' FROM tests t
    UNION ALL SELECT x.collected_by_id, 'collector' FROM tests t JOIN officers_specimen x ON x.test_id = t.id
    UNION ALL SELECT c.made_by_id, 'collector' FROM tests t JOIN officers_claim c ON c.test_id = t.id
    UNION ALL SELECT l.reported_by_id, 'laboratory' FROM tests t JOIN officers_specimen x ON x.test_id = t.id
      JOIN officers_laboratoryreport l ON l.specimen_id = x.id
    UNION ALL SELECT r.reviewer_id, 'reviewer' FROM tests t JOIN officers_review r ON r.test_id = t.id
    UNION ALL SELECT unnest(ARRAY[c.opened_by_id, c.identified_by_id, c.assessed_by_id, c.investigated_by_id]),
      'proposer' FROM cases_case c WHERE c.id = of_case
    UNION ALL SELECT g.added_by_id, 'proposer' FROM cases_ground g WHERE g.case_id = of_case
    UNION ALL SELECT n.issued_by_id, 'proposer' FROM cases_casenotice n
      WHERE n.case_id = of_case AND n.kind = 'allegations'
    UNION ALL SELECT p.proposed_by_id, 'proposer' FROM cases_proposal p WHERE p.case_id = of_case
    UNION ALL SELECT o.checked_by_id, 'checker' FROM cases_opinion o WHERE o.case_id = of_case
    UNION ALL SELECT d.decided_by_id, 'decider' FROM cases_decision d WHERE d.case_id = of_case
    UNION ALL SELECT o.registered_by_id, 'registrar' FROM cases_orderline l JOIN cases_order o ON o.id = l.order_id
      WHERE l.case_id = of_case AND NOT l.void
    UNION ALL SELECT o.verified_by_id, 'verifier' FROM cases_orderline l JOIN cases_order o ON o.id = l.order_id
      WHERE l.case_id = of_case AND NOT l.void
    UNION ALL SELECT unnest(ARRAY[a.admitted_by_id, a.drafted_by_id, a.agreed_by_id]), 'appeal member'
      FROM cases_appeal a WHERE a.case_id = of_case
  ) AS p (u, p) WHERE p.u IS NOT NULL
$$;

CREATE FUNCTION cases_check_people(of_case bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- Of two statements at one moment the second sees what the first wrote.
  PERFORM 1 FROM cases_case WHERE id = of_case FOR NO KEY UPDATE;
  IF EXISTS (SELECT 1 FROM cases_parts(of_case) p GROUP BY p.user_id HAVING count(*) > 1) THEN
    PERFORM cases_refuse('the_parts_of_a_case_are_had_by_different_people',
                         'the parts of a case are had by different people');
  END IF;
END $$;

-- Whether somebody stands neither below nor beside the officer of a case, is not he, and declared no conflict.
CREATE FUNCTION cases_check_fit(of_case bigint, who bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM cases_case c JOIN officers_unit w ON w.id = c.officer_unit_id
    JOIN officers_user u ON u.id = who JOIN officers_officer o ON o.id = u.officer_id
    JOIN officers_unit h ON h.id = o.unit_id
    WHERE c.id = of_case AND (o.id = c.officer_id OR o.unit_id = c.officer_unit_id
      OR (c.is_head AND starts_with(h.path, w.path)) OR officers_commands(c.officer_id, o.id)))
    OR EXISTS (SELECT 1 FROM cases_casebar b WHERE b.case_id = of_case AND b.user_id = who)
  THEN
    PERFORM cases_refuse('nobody_acts_in_a_case_below_or_beside_the_officer',
                         'nobody acts in a case below or beside the officer');
  END IF;
END $$;

-- Whether somebody holds a role over the unit of the officer of a case.
CREATE FUNCTION cases_holds(of_case bigint, who bigint, roles text[]) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM cases_case c JOIN officers_unit w ON w.id = c.unit_id
    JOIN officers_roleassignment r ON r.user_id = who AND r.ended_at IS NULL AND r.role = ANY (roles)
    JOIN officers_user a ON a.id = r.user_id AND a.is_active
    JOIN officers_unit u ON u.id = r.unit_id
    WHERE c.id = of_case AND starts_with(w.path, u.path))
$$;

-- Whether a ground rests on what its kind takes: a drug test only if it is final, else papers or an extract.
CREATE FUNCTION cases_ground_holds(g cases_ground) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN g.kind IN ('confirmed_positive', 'refusal') THEN EXISTS (
      SELECT 1 FROM officers_drugtest t JOIN cases_case c ON c.id = g.case_id
      WHERE t.id = g.test_id AND t.officer_id = c.officer_id
        AND t.status = CASE g.kind WHEN 'refusal' THEN 'REFUSAL' ELSE 'FINAL_POSITIVE' END)
    WHEN g.kind IN ('drug_involvement', 'discipline_breach', 'corruption', 'evidence_tampering') THEN
      EXISTS (SELECT 1 FROM cases_extract e JOIN cases_complaint k ON k.id = e.complaint_id
              WHERE e.id = g.extract_id AND e.case_id = g.case_id AND e.status = 'CHECKED'
                AND k.finding IN ('substantiated', 'partly_substantiated'))
      OR EXISTS (SELECT 1 FROM cases_paper p WHERE p.ground_id = g.id AND p.case_id = g.case_id)
    ELSE true
  END
$$;

-- Whether a case has a ground, all of them stand, and what was proposed last rests on these and no others.
CREATE FUNCTION cases_check_grounds(of_case bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  standing bigint[];
BEGIN
  SELECT array_agg(g.id ORDER BY g.id) INTO standing FROM cases_ground g
    WHERE g.case_id = of_case AND g.status = 'STANDING';
  IF standing IS NULL
    OR EXISTS (SELECT 1 FROM cases_ground g WHERE g.case_id = of_case AND (g.status = 'FALLEN'
                 OR (g.status = 'STANDING' AND NOT cases_ground_holds(g))))
  THEN
    PERFORM cases_refuse('every_ground_of_a_case_stands', 'a ground of the case does not stand');
  END IF;
  IF (SELECT array_agg(e::bigint ORDER BY e::bigint) FROM cases_proposal p
      CROSS JOIN LATERAL jsonb_array_elements_text(p.grounds) e
      WHERE p.id = cases_newest_proposal(of_case)) IS DISTINCT FROM standing THEN
    PERFORM cases_refuse('a_measure_rests_on_the_grounds_proposed', 'a measure rests on the grounds proposed');
  END IF;
END $$;

-- How high an instrument stands, and how high it must be to remove or demote the officer of a case on a day: of his
-- rank when the case was opened and the present one the higher counts.
CREATE FUNCTION cases_height(instrument text) RETURNS integer LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT array_position(ARRAY['unit_order', 'ministerial_decision', 'prakas', 'sub_decree', 'royal_decree'], instrument)
$$;

CREATE FUNCTION cases_least_height(of_case bigint, measure text, at_day date) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN measure IN ('dismissal', 'demotion') THEN coalesce((
    SELECT max(cases_height(r ->> 'removed_by')) FROM (
      SELECT content FROM officers_settingversion
      WHERE kind = 'ranks' AND effective_from <= at_day AND NOT withdrawn
      ORDER BY effective_from DESC, number DESC LIMIT 1) s
    CROSS JOIN LATERAL jsonb_array_elements(s.content -> 'ranks') r
    WHERE r ->> 'code' IN (SELECT unnest(ARRAY[c.rank, o.rank]) FROM cases_case c
                           JOIN officers_officer o ON o.id = c.officer_id WHERE c.id = of_case)), 2)
  ELSE 1 END
$$;

CREATE FUNCTION cases_today() RETURNS date LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date
$$;

CREATE FUNCTION cases_rank_order(of_rank text) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (r ->> 'order')::integer FROM (
    SELECT content FROM officers_settingversion
    WHERE kind = 'ranks' AND effective_from <= cases_today() AND NOT withdrawn
    ORDER BY effective_from DESC, number DESC LIMIT 1) s
  CROSS JOIN LATERAL jsonb_array_elements(s.content -> 'ranks') r WHERE r ->> 'code' = of_rank
$$;

CREATE FUNCTION cases_gravity(measure text) RETURNS integer LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT array_position(ARRAY['none', 'advice', 'written_warning', 'transfer', 'suspension', 'demotion',
                              'dismissal'], measure)
$$;

-- Whether a measure is lesser than another: by its kind, or of one kind by rank or days.
CREATE FUNCTION cases_is_lesser(measure text, to_rank text, days integer, than text, than_rank text, than_days integer)
RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE
    WHEN measure <> than THEN cases_gravity(measure) < cases_gravity(than)
    WHEN measure = 'demotion' THEN cases_rank_order(to_rank) > coalesce(cases_rank_order(than_rank), 0)
    WHEN measure = 'suspension' THEN days < than_days
    ELSE false
  END
$$;

-- What is written by now is dated by now.
CREATE FUNCTION cases_check_now(moment timestamptz) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF moment < ledger_now() - interval '10 minutes' OR moment > ledger_now() + interval '1 minute' THEN
    PERFORM cases_refuse('what_is_done_now_is_dated_now', 'what is done now is dated now');
  END IF;
END $$;

CREATE FUNCTION cases_ground_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  g cases_ground;
  at text;
BEGIN
  SELECT * INTO g FROM cases_ground WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT c.status INTO at FROM cases_case c WHERE c.id = g.case_id;
  IF TG_OP = 'INSERT' AND (NEW.status <> 'STANDING'
      OR at NOT IN ('OPENED', 'ASSESSED', 'NOTIFIED', 'RESPONSE', 'INVESTIGATED')) THEN
    PERFORM cases_refuse('a_ground_is_added_before_the_proposal', 'a ground is added before the proposal');
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.status <> OLD.status THEN
    IF NEW.status = 'WITHDRAWN' AND at NOT IN ('OPENED', 'ASSESSED', 'NOTIFIED', 'RESPONSE', 'INVESTIGATED') THEN
      PERFORM cases_refuse('a_ground_is_withdrawn_before_the_proposal', 'a ground is withdrawn before the proposal');
    END IF;
    IF NEW.status = 'FALLEN' AND cases_ground_holds(g) THEN
      PERFORM cases_refuse('a_ground_falls_with_what_carried_it', 'a ground falls with what carried it');
    END IF;
  END IF;
  IF g.status = 'STANDING' AND NOT cases_ground_holds(g) THEN
    PERFORM cases_refuse('a_ground_rests_on_what_it_names', 'a ground does not rest on what it names');
  END IF;
  IF TG_OP = 'INSERT' AND g.added_by_id IS NOT NULL THEN
    PERFORM cases_check_fit(g.case_id, g.added_by_id);
  END IF;
  PERFORM cases_check_people(g.case_id);
  RETURN NULL;
END $$;

-- An extract goes once to a second person, and he is nobody whom it concerns.
CREATE FUNCTION cases_extract_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'DRAFT' OR NOT EXISTS (
        SELECT 1 FROM cases_complaint k WHERE k.id = NEW.complaint_id AND k.status = 'CLOSED'
          AND k.finding IN ('substantiated', 'partly_substantiated')) THEN
      PERFORM cases_refuse('an_extract_is_of_a_complaint_found_true', 'an extract is of a complaint found to be true');
    END IF;
    PERFORM cases_check_fit(NEW.case_id, NEW.drafted_by_id);
  ELSIF NEW.checked_by_id IS NOT NULL THEN
    PERFORM cases_check_fit(NEW.case_id, NEW.checked_by_id);
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_people_of_case() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who bigint;
  works CONSTANT text[] := '{case_officer,supervisor,inspector}';
BEGIN
  PERFORM cases_check_people(NEW.id);
  IF NEW.closed_by_id IS NOT NULL AND (TG_OP = 'INSERT' OR NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id) THEN
    PERFORM cases_check_fit(NEW.id, NEW.closed_by_id);
  END IF;
  FOREACH who IN ARRAY ARRAY[NEW.opened_by_id, NEW.identified_by_id, NEW.assessed_by_id, NEW.investigated_by_id] LOOP
    IF who IS NOT NULL AND (TG_OP = 'INSERT'
        OR who NOT IN (coalesce(OLD.opened_by_id, 0), coalesce(OLD.identified_by_id, 0),
                       coalesce(OLD.assessed_by_id, 0), coalesce(OLD.investigated_by_id, 0))) THEN
      PERFORM cases_check_fit(NEW.id, who);
      IF NOT cases_holds(NEW.id, who, works) THEN
        PERFORM cases_refuse('a_case_is_worked_on_by_its_unit', 'a case is worked on by its unit');
      END IF;
    END IF;
  END LOOP;
  IF TG_OP = 'UPDATE' AND (NEW.opened_by_id IS DISTINCT FROM OLD.opened_by_id OR NEW.opened_at <> OLD.opened_at
      OR OLD.identified_by_id IS NOT NULL AND NEW.identified_by_id IS DISTINCT FROM OLD.identified_by_id
      OR OLD.assessed_by_id IS NOT NULL AND (NEW.assessed_by_id IS DISTINCT FROM OLD.assessed_by_id
        OR NEW.severity <> OLD.severity OR NEW.severity_reasons <> OLD.severity_reasons)
      OR OLD.investigated_by_id IS NOT NULL AND OLD.status <> 'RESPONSE'
        AND NEW.investigated_by_id IS DISTINCT FROM OLD.investigated_by_id) THEN
    PERFORM cases_refuse('who_did_what_in_a_case_is_never_rewritten', 'who did what in a case is never rewritten');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_proposal_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM cases_check_now(NEW.proposed_at);
  PERFORM cases_check_grounds(NEW.case_id);
  PERFORM cases_check_people(NEW.case_id);
  PERFORM cases_check_fit(NEW.case_id, NEW.proposed_by_id);
  IF NOT cases_holds(NEW.case_id, NEW.proposed_by_id, '{case_officer,supervisor,inspector}') THEN
    PERFORM cases_refuse('a_proposal_is_made_by_the_unit', 'a proposal is made by who works on the case');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.investigated_at IS NOT NULL
                   AND c.told_at IS NOT NULL AND (c.status = 'PROPOSED'
                     OR EXISTS (SELECT 1 FROM cases_opinion o WHERE o.proposal_id = NEW.id))) THEN
    PERFORM cases_refuse('a_proposal_follows_an_investigation', 'a proposal follows an investigation');
  END IF;
  IF EXISTS (
    SELECT 1 FROM cases_ground g WHERE g.case_id = NEW.case_id AND g.status = 'STANDING' AND NOT EXISTS (
      SELECT 1 FROM cases_casenotice n JOIN cases_case c ON c.id = n.case_id
      CROSS JOIN LATERAL jsonb_array_elements(n.content -> 'grounds') e
      WHERE n.id = cases_newest_notice(NEW.case_id, 'allegations') AND n.told_at = c.told_at
        AND (e ->> 'id')::bigint = g.id)) THEN
    PERFORM cases_refuse('an_officer_is_told_of_every_ground', 'an officer is told of every ground');
  END IF;
  PERFORM cases_check_shape(NEW.case_id, NEW.measure, NEW.to_rank);
  RETURN NULL;
END $$;

CREATE FUNCTION cases_newest_notice(of_case bigint, of_kind text) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT id FROM cases_casenotice WHERE case_id = of_case AND kind = of_kind ORDER BY issued_at DESC, id DESC LIMIT 1
$$;

-- A demotion leads down; nothing is taken against who died.
CREATE FUNCTION cases_check_shape(of_case bigint, measure text, to_rank text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c cases_case;
BEGIN
  SELECT * INTO c FROM cases_case WHERE id = of_case;
  IF measure = 'demotion' AND (cases_rank_order(to_rank) < cases_rank_order(
      (SELECT rank FROM officers_officer WHERE id = c.officer_id))) IS NOT TRUE THEN
    PERFORM cases_refuse('a_demotion_leads_to_a_lower_rank', 'a demotion leads to a lower rank');
  END IF;
  IF measure <> 'none' AND c.for_family THEN
    PERFORM cases_refuse('no_measure_is_taken_against_who_died', 'no measure is taken against who died');
  END IF;
END $$;

CREATE FUNCTION cases_newest_proposal(of_case bigint) RETURNS bigint LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT id FROM cases_proposal WHERE case_id = of_case ORDER BY number DESC LIMIT 1
$$;

CREATE FUNCTION cases_opinion_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM cases_check_now(NEW.checked_at);
  IF NEW.proposal_id IS DISTINCT FROM cases_newest_proposal(NEW.case_id) THEN
    PERFORM cases_refuse('an_opinion_is_of_the_newest_proposal', 'an opinion is of the newest proposal');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND CASE NEW.outcome
      WHEN 'passed' THEN c.status = 'CHECKED'
        OR EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = NEW.proposal_id)
      ELSE c.status = 'INVESTIGATED' END) THEN
    PERFORM cases_refuse('an_opinion_moves_its_case', 'an opinion moves its case');
  END IF;
  IF NEW.outcome = 'passed' THEN PERFORM cases_check_grounds(NEW.case_id); END IF;
  PERFORM cases_check_people(NEW.case_id);
  PERFORM cases_check_fit(NEW.case_id, NEW.checked_by_id);
  IF NOT cases_holds(NEW.case_id, NEW.checked_by_id, '{legal_checker}') THEN
    PERFORM cases_refuse('legality_is_checked_by_a_legal_checker', 'legality is checked by a legal checker');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_decision_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  p cases_proposal;
BEGIN
  PERFORM cases_check_now(NEW.decided_at);
  SELECT * INTO p FROM cases_proposal WHERE id = NEW.proposal_id AND case_id = NEW.case_id;
  IF p.id IS DISTINCT FROM cases_newest_proposal(NEW.case_id)
    OR NOT EXISTS (SELECT 1 FROM cases_opinion o WHERE o.proposal_id = p.id AND o.outcome = 'passed') THEN
    PERFORM cases_refuse('a_decision_is_on_a_checked_proposal', 'a decision is on a checked proposal');
  END IF;
  PERFORM cases_check_people(NEW.case_id);
  PERFORM cases_check_fit(NEW.case_id, NEW.decided_by_id);
  IF NOT (CASE WHEN NEW.acting_for_id IS NULL THEN
      cases_holds(NEW.case_id, NEW.decided_by_id, '{deciding_authority}')
    ELSE EXISTS (SELECT 1 FROM cases_delegation l JOIN officers_unit u ON u.id = l.unit_id
                 JOIN officers_user t ON t.id = l.taker_id AND t.is_active
                 JOIN cases_case c ON c.id = NEW.case_id JOIN officers_unit w ON w.id = c.unit_id
                 WHERE l.id = NEW.acting_for_id AND l.taker_id = NEW.decided_by_id AND starts_with(w.path, u.path)
                   AND cases_today() BETWEEN l.starts_on AND l.ends_on AND l.ended_at IS NULL
                   AND cases_holds(NEW.case_id, l.giver_id, '{deciding_authority}')) END) THEN
    PERFORM cases_refuse('a_decision_is_made_by_the_authority', 'a decision is made by the deciding authority');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND CASE NEW.outcome
      WHEN 'no_case' THEN c.status = 'CLOSED'
      WHEN 'returned' THEN c.status = 'INVESTIGATED'
      ELSE c.status = 'AWAITING_INSTRUMENT'
        OR EXISTS (SELECT 1 FROM cases_measure m WHERE m.decision_id = NEW.id) END) THEN
    PERFORM cases_refuse('a_decision_moves_its_case', 'a decision moves its case');
  END IF;
  IF NEW.outcome IN ('accepted', 'lesser') THEN
    PERFORM cases_check_grounds(NEW.case_id);
    IF (NEW.outcome = 'accepted' AND (NEW.measure <> p.measure OR NEW.to_rank <> p.to_rank
          OR NEW.to_unit_id IS DISTINCT FROM p.to_unit_id OR NEW.days IS DISTINCT FROM p.days))
      OR (NEW.outcome = 'lesser' AND cases_is_lesser(NEW.measure, NEW.to_rank, NEW.days, p.measure, p.to_rank, p.days)
          IS NOT TRUE) THEN
      PERFORM cases_refuse('a_decision_is_no_graver_than_the_proposal',
                           'a decision is as proposed, or lesser');
    END IF;
    PERFORM cases_check_shape(NEW.case_id, NEW.measure, NEW.to_rank);
    IF cases_height(NEW.instrument) < cases_least_height(NEW.case_id, NEW.measure, cases_today()) THEN
      PERFORM cases_refuse('the_instrument_is_high_enough_for_the_rank',
                           'this rank takes a higher instrument');
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- An order as it stands: who entered and verified it, its scan, and each line's decision.
CREATE FUNCTION cases_check_order(of_order bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  o cases_order;
  l record;
BEGIN
  SELECT * INTO o FROM cases_order WHERE id = of_order;
  IF NOT FOUND OR o.status = 'REJECTED' THEN RETURN; END IF;
  IF o.signed_on > cases_today() THEN
    PERFORM cases_refuse('an_order_is_signed_before_it_is_entered', 'an order is signed before it is entered');
  END IF;
  IF NOT EXISTS (SELECT 1 FROM cases_orderline WHERE order_id = o.id AND NOT void)
    OR NOT EXISTS (SELECT 1 FROM cases_casefile WHERE order_id = o.id
                     AND (status = 'CLEARED' OR o.status = 'REGISTERED')) THEN
    PERFORM cases_refuse('an_order_has_a_line_and_a_scan', 'an order has a line and a scan');
  END IF;
  FOR l IN SELECT n.case_id, d.*, c.rank, n.decision_id FROM cases_orderline n
      JOIN cases_decision d ON d.id = n.decision_id JOIN cases_case c ON c.id = n.case_id
      WHERE n.order_id = o.id AND NOT n.void LOOP
    IF l.outcome NOT IN ('accepted', 'lesser') OR l.proposal_id IS DISTINCT FROM cases_newest_proposal(l.case_id)
      OR NOT EXISTS (SELECT 1 FROM cases_decision d WHERE d.id = l.decision_id AND d.case_id = l.case_id)
      OR o.signed_on < (l.decided_at AT TIME ZONE 'Asia/Phnom_Penh')::date THEN
      PERFORM cases_refuse('an_order_carries_out_decisions_made_before', 'an order carries out decisions made before');
    END IF;
    IF cases_height(o.instrument) < greatest(cases_height(l.instrument),
        cases_least_height(l.case_id, l.measure, o.signed_on)) THEN
      PERFORM cases_refuse('the_instrument_is_high_enough_for_the_rank', 'this rank takes a higher instrument');
    END IF;
    PERFORM cases_check_people(l.case_id);
    IF o.status = 'REGISTERED' THEN
      PERFORM cases_check_fit(l.case_id, o.registered_by_id);
    ELSIF o.status = 'VERIFIED' THEN
      PERFORM cases_check_fit(l.case_id, o.verified_by_id);
      PERFORM cases_check_grounds(l.case_id);
    ELSIF NOT EXISTS (SELECT 1 FROM cases_measure m WHERE m.order_id = o.id AND m.decision_id = l.decision_id) THEN
      PERFORM cases_refuse('an_order_comes_into_force_as_a_whole', 'an order comes into force as a whole');
    END IF;
    IF NOT cases_holds(l.case_id, o.registered_by_id, '{registrar}') AND o.status = 'REGISTERED'
      OR NOT cases_holds(l.case_id, o.verified_by_id, '{registrar}') AND o.status = 'VERIFIED' THEN
      PERFORM cases_refuse('orders_are_entered_and_verified_by_registrars',
                           'orders are entered and verified by registrars');
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION cases_order_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'REGISTERED' THEN
      PERFORM cases_refuse('an_order_is_entered_before_it_is_verified', 'an order is entered before it is verified');
    END IF;
    PERFORM cases_check_now(NEW.registered_at);
  ELSIF NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
      'REGISTERED>VERIFIED', 'REGISTERED>REJECTED', 'VERIFIED>IN_FORCE', 'VERIFIED>REJECTED') THEN
    PERFORM cases_refuse('an_order_goes_from_step_to_step', 'an order goes from step to step');
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.verified_at IS DISTINCT FROM OLD.verified_at AND NEW.verified_at IS NOT NULL THEN
    PERFORM cases_check_now(NEW.verified_at);
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.in_force_at IS DISTINCT FROM OLD.in_force_at AND NEW.in_force_at IS NOT NULL THEN
    PERFORM cases_check_now(NEW.in_force_at);
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.status = NEW.status
    AND (NEW.verified_by_id IS DISTINCT FROM OLD.verified_by_id OR NEW.verified_at IS DISTINCT FROM OLD.verified_at
      OR NEW.in_force_at IS DISTINCT FROM OLD.in_force_at) THEN
    PERFORM cases_refuse('an_order_is_never_rewritten', 'an order is never rewritten');
  END IF;
  PERFORM cases_check_order(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION cases_line_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases_order WHERE id = NEW.order_id AND (
      (status = 'REGISTERED' AND TG_OP = 'INSERT' AND NOT NEW.void) OR (status = 'REJECTED' AND NEW.void))) THEN
    PERFORM cases_refuse('a_line_is_verified_with_its_order', 'a line is verified with its order');
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM cases_case WHERE id = NEW.case_id
                                        AND status = 'AWAITING_INSTRUMENT') THEN
    PERFORM cases_refuse('an_order_is_entered_for_who_waits_for_it', 'an order is entered for who waits for it');
  END IF;
  -- An order written in the same transaction is looked at once, with all its lines, and not once for each.
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM cases_order
                                      WHERE id = NEW.order_id AND xmin = pg_current_xact_id()::xid) THEN
    PERFORM cases_check_order(NEW.order_id);
  END IF;
  RETURN NULL;
END $$;

-- What the system learns it knows from now on, and nothing is in force before its day.
CREATE FUNCTION cases_measure_known() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.known_at := ledger_now();
  IF NEW.effective_on > (NEW.known_at AT TIME ZONE 'Asia/Phnom_Penh')::date THEN
    PERFORM cases_refuse('a_measure_is_in_force_on_its_day', 'a measure is not in force before its day');
  END IF;
  RETURN NEW;
END $$;

-- A case as it is written: the id with check digits (ISO 7064 mod 97-10).
CREATE FUNCTION cases_reference(of_case bigint) RETURNS text LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT 'DC-' || lpad(of_case::text, greatest(6, length(of_case::text)), '0')
    || '-' || lpad((98 - of_case * 100 % 97)::text, 2, '0')
$$;

-- Whether an officer stands as what is in force on him says; who is dismissed has his entry in the register.
CREATE FUNCTION cases_check_officer(of_officer bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  o officers_officer;
  dismissed boolean;
  suspended boolean;
BEGIN
  SELECT * INTO o FROM officers_officer WHERE id = of_officer;
  IF NOT FOUND THEN RETURN; END IF;
  dismissed := EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = o.id AND m.kind = 'dismissal'
                         AND m.reversed_on IS NULL)
    OR EXISTS (SELECT 1 FROM cases_earliermeasure e WHERE e.officer_id = o.id AND e.kind = 'dismissal' AND NOT e.void
               AND o.status = 'DISMISSED');
  suspended := EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = o.id AND m.kind = 'suspension'
                         AND m.reversed_on IS NULL AND m.ended_on IS NULL)
    OR EXISTS (SELECT 1 FROM cases_suspension s JOIN cases_case c ON c.id = s.case_id
               WHERE c.officer_id = o.id AND s.ended_on IS NULL);
  IF (o.status = 'DISMISSED') <> dismissed OR (o.status = 'SUSPENDED' AND NOT suspended)
    OR (o.status = 'SERVING' AND suspended) THEN
    PERFORM cases_refuse('an_order_alone_removes_and_returns',
                         'an officer is dismissed, suspended and returns by an order alone');
  END IF;
END $$;

CREATE FUNCTION cases_measure_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  stands boolean;
  d cases_decision;
  kinds jsonb;
BEGIN
  SELECT * INTO d FROM cases_decision WHERE id = NEW.decision_id;
  IF NEW.appeal_id IS NULL THEN
    PERFORM cases_check_grounds(NEW.case_id);
    SELECT jsonb_agg(k ORDER BY k COLLATE "C") INTO kinds FROM (
      SELECT DISTINCT kind AS k FROM cases_ground WHERE case_id = NEW.case_id AND status = 'STANDING') g;
    SELECT o.status = 'IN_FORCE' AND NEW.effective_on = o.effective_on AND NEW.kind = d.measure
        AND NEW.to_rank = d.to_rank AND NEW.officer_id = c.officer_id AND d.case_id = c.id
        AND NEW.to_unit_id IS NOT DISTINCT FROM d.to_unit_id
        AND NEW.until IS NOT DISTINCT FROM NEW.effective_on + d.days::integer AND NEW.grounds = kinds
        AND NEW.is_about_drugs = (kinds ?| '{confirmed_positive,refusal,drug_involvement}')
        AND c.told_at IS NOT NULL AND c.status IN ('IN_FORCE', 'APPEALED', 'FINAL')
      INTO stands
      FROM cases_orderline l JOIN cases_order o ON o.id = l.order_id JOIN cases_case c ON c.id = l.case_id
      WHERE l.case_id = NEW.case_id AND l.order_id = NEW.order_id AND l.decision_id = NEW.decision_id AND NOT l.void;
  ELSE
    SELECT a.status = 'DECIDED' AND a.outcome = 'varied' AND NEW.kind = a.measure AND NEW.to_rank = a.to_rank
        AND NEW.officer_id = c.officer_id AND NEW.effective_on = f.effective_on AND NEW.decision_id = f.decision_id
        AND NEW.until IS NOT DISTINCT FROM NEW.effective_on + a.days::integer
        AND NEW.grounds = f.grounds AND NEW.is_about_drugs = f.is_about_drugs
        AND cases_is_lesser(NEW.kind, NEW.to_rank, a.days, f.kind, f.to_rank, f.until - f.effective_on)
      INTO stands FROM cases_appeal a JOIN cases_case c ON c.id = a.case_id
      JOIN LATERAL (SELECT * FROM cases_measure WHERE case_id = c.id AND id < NEW.id ORDER BY id DESC LIMIT 1) f
        ON f.reversed_on IS NOT NULL
      WHERE a.id = NEW.appeal_id AND a.case_id = NEW.case_id;
  END IF;
  IF stands IS NOT TRUE OR NEW.reversed_on IS NOT NULL OR NEW.ended_on IS NOT NULL THEN
    PERFORM cases_refuse('a_measure_has_all_it_rests_on', 'a measure rests on a verified order or an appeal');
  END IF;
  PERFORM cases_check_officer(NEW.officer_id);
  -- A measure takes effect with its row: the officer has the rank or the unit it names, and the register its line.
  IF NOT EXISTS (SELECT 1 FROM cases_measure m JOIN officers_officer o ON o.id = m.officer_id
      WHERE m.id = NEW.id AND (m.reversed_on IS NOT NULL OR CASE m.kind
        WHEN 'demotion' THEN o.rank = m.to_rank WHEN 'transfer' THEN o.unit_id = m.to_unit_id
        WHEN 'dismissal' THEN EXISTS (SELECT 1 FROM officers_registerentry e WHERE e.officer_id = o.id
          AND e.pointer = cases_reference(m.case_id) AND e.status <> 'VOIDED') ELSE true END)) THEN
    PERFORM cases_refuse('a_measure_is_done_with_its_row', 'a measure is done to the officer and the register');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_measure_reversed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (to_jsonb(NEW) - '{version,reversed_on,reversed_known_at,ended_on}'::text[])
      <> (to_jsonb(OLD) - '{version,reversed_on,reversed_known_at,ended_on}'::text[])
    OR OLD.reversed_on IS NOT NULL AND (NEW.reversed_on IS DISTINCT FROM OLD.reversed_on
      OR NEW.reversed_known_at IS DISTINCT FROM OLD.reversed_known_at)
    OR OLD.reversed_on IS NULL AND NEW.reversed_on IS NOT NULL AND (NEW.reversed_on <> cases_today()
      OR NEW.reversed_known_at < ledger_now() - interval '10 minutes'
      OR NEW.reversed_known_at > ledger_now() + interval '1 minute')
    OR OLD.ended_on IS NOT NULL AND NEW.ended_on IS DISTINCT FROM OLD.ended_on
    OR NEW.ended_on IS NOT NULL AND (NEW.kind <> 'suspension' OR NEW.ended_on < NEW.until
                                     OR NEW.until > cases_today())
    OR NEW.reversed_on IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM cases_appeal a WHERE a.case_id = NEW.case_id AND a.status = 'DECIDED'
        AND a.outcome IN ('varied', 'overturned') AND a.decided_at >= NEW.known_at)
  THEN
    PERFORM cases_refuse('a_measure_is_reversed_on_appeal_alone', 'a measure is reversed on appeal alone');
  END IF;
  PERFORM cases_check_officer(NEW.officer_id);
  IF NEW.reversed_on IS NOT NULL AND EXISTS (
      SELECT 1 FROM officers_registerentry e WHERE e.officer_id = NEW.officer_id AND e.status <> 'VOIDED'
        AND e.pointer = cases_reference(NEW.case_id)) THEN
    PERFORM cases_refuse('an_entry_is_voided_with_its_measure', 'an entry is voided with its measure');
  END IF;
  RETURN NULL;
END $$;

-- The register says what is in force, and nothing else changes it.
CREATE FUNCTION cases_entry_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  e officers_registerentry;
  in_force boolean;
  is_pending boolean;
BEGIN
  SELECT * INTO e FROM officers_registerentry WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) - '{version,status,voided_at}'::text[])
      <> (to_jsonb(OLD) - '{version,status,voided_at}'::text[])
    OR TG_OP = 'UPDATE' AND OLD.status = 'VOIDED' THEN
    PERFORM cases_refuse('an_entry_is_never_rewritten', 'an entry of the register is never rewritten');
  END IF;
  in_force := EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = e.officer_id AND m.kind = 'dismissal'
      AND m.reversed_on IS NULL AND e.pointer = cases_reference(m.case_id) AND e.effective_on = m.effective_on)
    OR NOT starts_with(e.pointer, 'DC-') AND EXISTS (
      SELECT 1 FROM cases_earliermeasure m WHERE m.officer_id = e.officer_id AND m.kind = 'dismissal' AND NOT m.void
        AND m.effective_on = e.effective_on);
  is_pending := EXISTS (SELECT 1 FROM cases_appeal a WHERE e.pointer = cases_reference(a.case_id)
                          AND a.status NOT IN ('DECIDED', 'INADMISSIBLE'));
  IF (e.status <> 'VOIDED') IS DISTINCT FROM in_force OR e.status <> 'VOIDED'
      AND (e.status = 'UNDER_APPEAL') IS DISTINCT FROM is_pending THEN
    PERFORM cases_refuse('an_entry_says_what_is_in_force', 'an entry of the register says what is in force');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_appeal_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who bigint;
  a cases_appeal;
  kept CONSTANT text[] := '{version,status,admitted_by_id,admitted_at,why_inadmissible,outcome,measure,to_rank,days,'
    'reasons,drafted_by_id,drafted_at,agreed_by_id,decided_at,no_conflict}';
  drafted CONSTANT text[] := '{version,status,agreed_by_id,decided_at,no_conflict}';
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_now(NEW.lodged_at);
    IF NEW.status <> 'LODGED' THEN
      PERFORM cases_refuse('an_appeal_goes_from_step_to_step', 'an appeal is lodged first');
    END IF;
    IF NEW.ground = 'ground_fell' THEN
      IF NOT EXISTS (SELECT 1 FROM cases_ground g WHERE g.case_id = NEW.case_id AND g.status = 'FALLEN') THEN
        PERFORM cases_refuse('an_appeal_for_a_fallen_ground_has_one', 'no ground of this case fell');
      END IF;
    ELSIF NOT NEW.is_late AND NOT EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.appeal_until >= NEW.lodged_at) THEN
      PERFORM cases_refuse('an_appeal_out_of_time_is_late', 'an appeal out of time is late');
    END IF;
    IF NEW.ground NOT IN ('new_evidence', 'ground_fell') AND EXISTS (
        SELECT 1 FROM cases_appeal b WHERE b.case_id = NEW.case_id AND b.status = 'DECIDED') THEN
      PERFORM cases_refuse('a_further_appeal_has_new_evidence', 'a further appeal has new evidence');
    END IF;
  ELSE
    IF (to_jsonb(NEW) - kept) <> (to_jsonb(OLD) - kept)
      OR OLD.status IN ('DECIDED', 'INADMISSIBLE')
      OR OLD.admitted_by_id IS NOT NULL AND NEW.admitted_by_id IS DISTINCT FROM OLD.admitted_by_id
      -- Who agrees, agrees to what was drafted; nothing else changes a draft.
      OR OLD.status = 'DRAFTED' AND NEW.status <> 'ADMITTED' AND (to_jsonb(NEW) - drafted) <> (to_jsonb(OLD) - drafted)
    THEN
      PERFORM cases_refuse('an_appeal_is_never_rewritten', 'an appeal is never rewritten');
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status || '>' || NEW.status) NOT IN (
        'LODGED>ADMITTED', 'LODGED>INADMISSIBLE', 'ADMITTED>DRAFTED', 'DRAFTED>ADMITTED', 'DRAFTED>DECIDED') THEN
      PERFORM cases_refuse('an_appeal_goes_from_step_to_step', 'an appeal goes from step to step');
    END IF;
    IF NEW.decided_at IS NOT NULL THEN
      PERFORM cases_check_now(NEW.decided_at);
    END IF;
  END IF;
  PERFORM cases_check_people(NEW.case_id);
  FOREACH who IN ARRAY ARRAY[NEW.admitted_by_id, NEW.drafted_by_id, NEW.agreed_by_id] LOOP
    IF who IS NOT NULL AND (TG_OP = 'INSERT'
        OR who NOT IN (coalesce(OLD.admitted_by_id, 0), coalesce(OLD.drafted_by_id, 0), coalesce(OLD.agreed_by_id, 0)))
    THEN
      PERFORM cases_check_fit(NEW.case_id, who);
      IF NOT cases_holds(NEW.case_id, who, '{appeal_member}') THEN
        PERFORM cases_refuse('an_appeal_is_decided_by_appeal_members', 'an appeal is decided by appeal members');
      END IF;
      IF EXISTS (SELECT 1 FROM cases_appeal b WHERE b.case_id = NEW.case_id AND b.id <> NEW.id
                   AND who IN (b.admitted_by_id, b.drafted_by_id, b.agreed_by_id)) THEN
        PERFORM cases_refuse('nobody_sits_on_two_appeals_of_a_case', 'nobody sits on two appeals of a case');
      END IF;
    END IF;
  END LOOP;
  -- What was decided is done in the same transaction.
  SELECT * INTO a FROM cases_appeal WHERE id = NEW.id;
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = a.case_id AND CASE
      WHEN a.status = 'INADMISSIBLE' OR TG_OP = 'UPDATE' AND OLD.status = 'DECIDED' THEN true
      WHEN a.status <> 'DECIDED' THEN c.status = 'APPEALED'
      WHEN a.outcome = 'overturned' THEN c.outcome = 'overturned'
      WHEN a.outcome = 'varied' THEN c.status = 'FINAL'
        AND EXISTS (SELECT 1 FROM cases_measure m WHERE m.appeal_id = a.id AND m.reversed_on IS NULL)
      ELSE c.status IN ('FINAL', 'APPEALED') END) THEN
    PERFORM cases_refuse('an_appeal_is_carried_out_when_decided', 'what an appeal decides is done with it');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_notice_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_now(NEW.issued_at);
    IF NEW.kind = 'allegations' AND NOT EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.status IN ('NOTIFIED', 'RESPONSE')) THEN
      PERFORM cases_refuse('a_notice_is_issued_with_its_step', 'a notice is issued with its step');
    END IF;
  ELSIF (to_jsonb(NEW) - '{version,told_by_id,told_at}'::text[])
        <> (to_jsonb(OLD) - '{version,told_by_id,told_at}'::text[])
      OR OLD.told_by_id IS NOT NULL AND NEW.told_by_id IS DISTINCT FROM OLD.told_by_id THEN
    PERFORM cases_refuse('a_notice_is_never_rewritten', 'a notice is never rewritten');
  END IF;
  IF NEW.told_by_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM officers_service s JOIN officers_doorcode d ON d.id = s.code_id
    JOIN cases_case c ON c.id = NEW.case_id
    WHERE s.id = NEW.told_by_id AND s.officer_id = c.officer_id AND s.proved_at = NEW.told_at
      AND (s.how = 'door' AND s.proved_at >= NEW.issued_at OR s.how = 'person' AND d.issued_at >= NEW.issued_at))
  THEN
    PERFORM cases_refuse('a_notice_is_told_by_a_proof', 'a notice is told by a proof');
  END IF;
  RETURN NULL;
END $$;

-- An officer is heard from the proof that he was told until his time is over.
CREATE FUNCTION cases_statement_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM cases_check_now(NEW.made_at);
  IF NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND NEW.made_at >= c.told_at
                   AND (NEW.kind = 'complete' OR NEW.made_at <= c.response_until)
                   AND c.status IN ('RESPONSE', 'INVESTIGATED')) THEN
    PERFORM cases_refuse('an_officer_is_heard_in_his_time', 'an officer is heard in his time');
  END IF;
  IF NEW.kind = 'complete' AND (
      EXISTS (SELECT 1 FROM cases_parts(NEW.case_id) p WHERE p.user_id = NEW.recorded_by_id)
      OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.case_officer_id = NEW.recorded_by_id)) THEN
    PERFORM cases_refuse('nobody_ends_the_time_of_whom_he_works_against',
                         'nobody who works on a case ends the officer''s time');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_suspension_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_now(NEW.ordered_at);
    PERFORM cases_check_fit(NEW.case_id, NEW.ordered_by_id);
    IF NOT cases_holds(NEW.case_id, NEW.ordered_by_id, '{supervisor,inspector}')
      OR EXISTS (SELECT 1 FROM cases_parts(NEW.case_id) p WHERE p.user_id = NEW.ordered_by_id)
      OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND NEW.ordered_by_id = c.case_officer_id) THEN
      PERFORM cases_refuse('a_suspension_is_ordered_by_a_second_person',
                           'a suspension is ordered by who does not work on the case');
    END IF;
  ELSIF (to_jsonb(NEW) - '{version,review_by,ended_on,ended_by_id,why_ended}'::text[])
      <> (to_jsonb(OLD) - '{version,review_by,ended_on,ended_by_id,why_ended}'::text[])
    OR OLD.ended_on IS NOT NULL OR NEW.ended_on <> cases_today()
    OR NEW.review_by <> OLD.review_by AND NOT EXISTS (
      SELECT 1 FROM cases_suspensionreview r WHERE r.suspension_id = NEW.id AND r.goes_on
        AND r.at >= ledger_now() - interval '10 minutes') THEN
    PERFORM cases_refuse('a_suspension_is_reviewed_and_never_rewritten', 'a suspension goes on by a review alone');
  END IF;
  PERFORM cases_check_officer((SELECT c.officer_id FROM cases_case c WHERE c.id = NEW.case_id));
  RETURN NULL;
END $$;

CREATE FUNCTION cases_review_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM cases_check_now(NEW.at);
  PERFORM cases_check_fit(NEW.case_id, NEW.by_id);
  IF NOT cases_holds(NEW.case_id, NEW.by_id, '{supervisor,inspector}')
    OR EXISTS (SELECT 1 FROM cases_parts(NEW.case_id) p WHERE p.user_id = NEW.by_id)
    OR NOT EXISTS (SELECT 1 FROM cases_suspension s WHERE s.id = NEW.suspension_id AND s.case_id = NEW.case_id) THEN
    PERFORM cases_refuse('a_suspension_is_reviewed_by_a_second_person',
                         'a suspension is reviewed by who does not work on the case');
  END IF;
  RETURN NULL;
END $$;

-- Acting for an authority begins with a paper of today, by who is that authority.
CREATE FUNCTION cases_delegation_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM cases_check_now(NEW.given_at);
  IF NEW.starts_on < cases_today() OR NEW.ended_at IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM officers_roleassignment r JOIN officers_user u ON u.id = r.user_id AND u.is_active
      WHERE r.user_id = NEW.giver_id AND r.unit_id = NEW.unit_id AND r.role = 'deciding_authority'
        AND r.ended_at IS NULL) THEN
    PERFORM cases_refuse('a_delegation_is_given_by_the_authority', 'a delegation is given by the authority itself');
  END IF;
  RETURN NULL;
END $$;

-- Where a case may go from where it stands; from a stay to where it was stayed, from a closing by death likewise.
CREATE FUNCTION cases_next(place text) RETURNS text[] LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE place
    WHEN 'OPENED' THEN '{ASSESSED,STAYED,CLOSED}'::text[]
    WHEN 'ASSESSED' THEN '{NOTIFIED,STAYED,CLOSED}'
    WHEN 'NOTIFIED' THEN '{ASSESSED,RESPONSE,STAYED,CLOSED}'
    WHEN 'RESPONSE' THEN '{ASSESSED,INVESTIGATED,STAYED,CLOSED}'
    WHEN 'INVESTIGATED' THEN '{ASSESSED,PROPOSED,STAYED,CLOSED}'
    WHEN 'PROPOSED' THEN '{INVESTIGATED,CHECKED,STAYED,CLOSED}'
    WHEN 'CHECKED' THEN '{INVESTIGATED,AWAITING_INSTRUMENT,STAYED,CLOSED}'
    WHEN 'AWAITING_INSTRUMENT' THEN '{INVESTIGATED,IN_FORCE,STAYED,CLOSED}'
    WHEN 'IN_FORCE' THEN '{APPEALED,FINAL}'
    WHEN 'FINAL' THEN '{APPEALED}'
    WHEN 'APPEALED' THEN '{IN_FORCE,FINAL,CLOSED}'
    WHEN 'STAYED' THEN '{CLOSED}'
    ELSE '{}'
  END
$$;

-- What a case says of times: that of now is now, and the officer's time runs from a proof and is never cut short.
CREATE FUNCTION cases_check_times(o cases_case, n cases_case) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  moment record;
  changed jsonb := to_jsonb(n);
  former jsonb := to_jsonb(o);
BEGIN
  FOR moment IN SELECT key, value FROM jsonb_each_text(changed) WHERE value IS NOT NULL
      AND key IN ('opened_at', 'responded_at', 'investigated_at', 'proposed_at', 'checked_at', 'decided_at',
                  'in_force_at', 'appealed_at', 'final_at', 'closed_at', 'stayed_at')
      AND value IS DISTINCT FROM former ->> key LOOP
    PERFORM cases_check_now(moment.value::timestamptz);
  END LOOP;
  IF n.told_at IS NOT NULL AND (n.response_until IS NULL OR n.response_until < n.told_at + interval '7 days'
      OR n.told_at = o.told_at AND n.response_until < o.response_until)
    OR n.told_at IS NULL AND o.told_at IS NOT NULL AND n.status <> 'ASSESSED' THEN
    PERFORM cases_refuse('the_time_to_respond_is_not_cut_short', 'the time to respond is not cut short');
  END IF;
  IF n.decision_told_at IS NOT NULL AND (n.appeal_until IS NULL
      OR n.appeal_until < n.decision_told_at + interval '7 days'
      OR n.decision_told_at = o.decision_told_at AND n.appeal_until < o.appeal_until)
    OR o.decision_told_at IS NOT NULL AND n.decision_told_at IS DISTINCT FROM o.decision_told_at THEN
    PERFORM cases_refuse('the_time_to_appeal_is_not_cut_short', 'the time to appeal is not cut short');
  END IF;
  IF n.decision_told_at IS DISTINCT FROM o.decision_told_at AND NOT EXISTS (
      SELECT 1 FROM cases_casenotice c WHERE c.case_id = n.id AND c.kind = 'decision'
        AND c.told_at = n.decision_told_at) THEN
    PERFORM cases_refuse('the_time_to_appeal_runs_from_a_proof', 'the time to appeal runs from a proof');
  END IF;
  IF n.responded_at IS NOT NULL AND n.responded_at IS DISTINCT FROM o.responded_at AND NOT EXISTS (
      SELECT 1 FROM cases_casestatement s WHERE s.case_id = n.id AND s.kind = 'complete'
        AND s.made_at >= n.responded_at - interval '1 minute') THEN
    PERFORM cases_refuse('who_has_said_all_said_so', 'who has said all said so');
  END IF;
END $$;

-- Where a case stands, held against its papers.
CREATE FUNCTION cases_status_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  c cases_case;
  p bigint;
  stands boolean;
BEGIN
  SELECT * INTO c FROM cases_case WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' AND NEW.status <> 'OPENED' OR TG_OP = 'UPDATE' AND (
      NEW.status <> OLD.status AND NOT (NEW.status = ANY (cases_next(OLD.status))
        OR NEW.status = OLD.stayed_from AND (OLD.status = 'STAYED' OR OLD.outcome = 'deceased'))
      OR OLD.status IN ('STAYED', 'CLOSED') AND NEW.status = OLD.status AND NEW.stayed_from <> OLD.stayed_from
      OR NEW.status = 'STAYED' AND OLD.status <> 'STAYED' AND NEW.stayed_from <> OLD.status
      OR NEW.status = 'CLOSED' AND OLD.status = 'CLOSED'
        AND (NEW.outcome <> OLD.outcome OR NEW.closed_by_id IS DISTINCT FROM OLD.closed_by_id
          OR NEW.closing_reason <> OLD.closing_reason)
      OR NEW.status = 'CLOSED' AND OLD.status <> 'CLOSED' AND NOT (CASE NEW.outcome
        WHEN 'discontinued' THEN OLD.status IN ('OPENED', 'ASSESSED', 'NOTIFIED', 'RESPONSE', 'INVESTIGATED', 'STAYED')
        WHEN 'overturned' THEN OLD.status = 'APPEALED'
        WHEN 'deceased' THEN OLD.status <> 'APPEALED' AND NEW.stayed_from
          = CASE WHEN OLD.status = 'STAYED' THEN OLD.stayed_from ELSE OLD.status END
        ELSE OLD.status = 'CHECKED' END)
      OR OLD.for_family AND NOT NEW.for_family) THEN
    PERFORM cases_refuse('a_case_goes_from_step_to_step', format('case %s cannot go to %s', c.id, NEW.status));
  END IF;
  IF TG_OP = 'UPDATE' THEN
    PERFORM cases_check_times(OLD, NEW);
  ELSE
    PERFORM cases_check_times(NULL, NEW);
  END IF;
  -- Asked when it is chosen: units are moved in the tree, and a case under way must not stand still by that.
  IF (TG_OP = 'INSERT' OR NEW.unit_id <> OLD.unit_id) AND NOT EXISTS (
                 SELECT 1 FROM officers_unit u JOIN officers_unit w ON w.id = c.officer_unit_id
                 WHERE u.id = c.unit_id AND (u.kind = 'INSPECTORATE_GENERAL'
                   OR (u.id <> w.id AND starts_with(w.path, u.path)))) THEN
    PERFORM cases_refuse('a_case_is_conducted_above_the_officers_unit',
                         'a case is conducted above the officer''s unit');
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.officer_id <> OLD.officer_id OR NEW.rank <> OLD.rank
      OR NEW.officer_unit_id <> OLD.officer_unit_id OR NEW.is_head <> OLD.is_head OR NEW.unit_id <> OLD.unit_id) THEN
    PERFORM cases_refuse('a_case_is_of_the_officer_it_was_opened_for', 'a case is of the officer it was opened for');
  END IF;
  p := cases_newest_proposal(c.id);
  stands := CASE
    WHEN c.status NOT IN ('IN_FORCE', 'APPEALED', 'FINAL')
      AND EXISTS (SELECT 1 FROM cases_measure m WHERE m.case_id = c.id AND m.reversed_on IS NULL) THEN false
    WHEN c.status IN ('OPENED', 'ASSESSED', 'STAYED') THEN true
    WHEN c.status = 'NOTIFIED' THEN cases_newest_notice(c.id, 'allegations') IS NOT NULL
    WHEN NOT EXISTS (SELECT 1 FROM cases_casenotice n WHERE n.id = cases_newest_notice(c.id, 'allegations')
                       AND n.told_at = c.told_at) AND c.status <> 'CLOSED' THEN false
    WHEN c.status = 'RESPONSE' THEN true
    WHEN c.status = 'INVESTIGATED' THEN c.investigated_at IS NOT NULL
    WHEN c.status = 'PROPOSED' THEN
      p IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases_opinion o WHERE o.proposal_id = p)
    WHEN c.status = 'CHECKED' THEN
      EXISTS (SELECT 1 FROM cases_opinion o WHERE o.proposal_id = p AND o.outcome = 'passed')
      AND NOT EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = p)
    WHEN c.status = 'AWAITING_INSTRUMENT' THEN
      EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = p AND d.outcome IN ('accepted', 'lesser'))
    WHEN c.status IN ('IN_FORCE', 'APPEALED', 'FINAL') THEN
      EXISTS (SELECT 1 FROM cases_measure m WHERE m.case_id = c.id AND m.reversed_on IS NULL)
      AND (c.status = 'APPEALED') = EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id
                                              AND a.status NOT IN ('DECIDED', 'INADMISSIBLE'))
      AND (c.status <> 'FINAL' OR c.appeal_until < ledger_now()
        OR EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id AND a.status = 'DECIDED'))
    WHEN c.outcome IN ('no_case', 'finding') THEN
      EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = p AND d.outcome = 'no_case')
    WHEN c.outcome = 'overturned' THEN
      EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id AND a.status = 'DECIDED'
                AND a.outcome = 'overturned')
    WHEN c.outcome = 'deceased' THEN
      EXISTS (SELECT 1 FROM officers_officer o WHERE o.id = c.officer_id AND o.status = 'DECEASED')
    ELSE c.closed_by_id IS NOT NULL AND c.closed_by_id IS DISTINCT FROM c.case_officer_id
      AND NOT EXISTS (SELECT 1 FROM cases_parts(c.id) q WHERE q.user_id = c.closed_by_id)
      AND NOT EXISTS (SELECT 1 FROM cases_measure m WHERE m.case_id = c.id AND m.reversed_on IS NULL)
      AND cases_holds(c.id, c.closed_by_id, '{supervisor,inspector}')
  END;
  IF stands IS NOT TRUE THEN
    PERFORM cases_refuse('a_case_stands_where_its_papers_say', format('case %s cannot be %s', c.id, c.status));
  END IF;
  RETURN NULL;
END $$;

-- An officer is dismissed or suspended by what is in force on him, and returns once it is not.
CREATE FUNCTION cases_officer_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  -- A list of measures from before the system removes nobody from service.
  IF TG_OP = 'UPDATE' AND OLD.status IN ('SERVING', 'SUSPENDED') AND NEW.status = 'DISMISSED'
    AND NOT EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = NEW.id AND m.kind = 'dismissal'
                      AND m.reversed_on IS NULL) THEN
    PERFORM cases_refuse('an_order_alone_removes_and_returns',
                         'an officer is dismissed, suspended and returns by an order alone');
  END IF;
  PERFORM cases_check_officer(NEW.id);
  RETURN NULL;
END $$;
