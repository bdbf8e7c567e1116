"""Cases under the ledger, and with the rules that look at other rows: who took part, and what each step rests on.

Triggers end every act by asking what it leaves behind; so no page, program or statement of the application's role gets
past them. They are as the models print them.
"""

from django.db import migrations

from ledger.operations import AuditTable

FUNCTIONS = r"""
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
    UNION ALL SELECT unnest(ARRAY[c.opened_by_id, c.assessed_by_id, c.investigated_by_id]), 'proposer'
      FROM cases_case c WHERE c.id = of_case
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
      EXISTS (SELECT 1 FROM cases_extract e WHERE e.id = g.extract_id AND e.case_id = g.case_id
                AND e.status = 'CHECKED')
      OR EXISTS (SELECT 1 FROM cases_paper p WHERE p.ground_id = g.id AND p.case_id = g.case_id)
    ELSE true
  END
$$;

CREATE FUNCTION cases_check_grounds(of_case bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases_ground g WHERE g.case_id = of_case AND g.status = 'STANDING')
    OR EXISTS (SELECT 1 FROM cases_ground g WHERE g.case_id = of_case AND (g.status = 'FALLEN'
                 OR (g.status = 'STANDING' AND NOT cases_ground_holds(g))))
  THEN
    PERFORM cases_refuse('every_ground_of_a_case_stands', 'a ground of the case does not stand');
  END IF;
END $$;

-- How high an instrument stands, and how high it must be to remove or demote an officer of a rank on a day.
CREATE FUNCTION cases_height(instrument text) RETURNS integer LANGUAGE sql IMMUTABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT array_position(ARRAY['unit_order', 'ministerial_decision', 'prakas', 'sub_decree', 'royal_decree'], instrument)
$$;

CREATE FUNCTION cases_least_height(of_rank text, measure text, at_day date) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN measure IN ('dismissal', 'demotion') THEN coalesce((
    SELECT cases_height(r ->> 'removed_by') FROM (
      SELECT content FROM officers_settingversion
      WHERE kind = 'ranks' AND effective_from <= at_day AND NOT withdrawn
      ORDER BY effective_from DESC, number DESC LIMIT 1) s
    CROSS JOIN LATERAL jsonb_array_elements(s.content -> 'ranks') r WHERE r ->> 'code' = of_rank), 2)
  ELSE 1 END
$$;

CREATE FUNCTION cases_today() RETURNS date LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date
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
BEGIN
  SELECT * INTO g FROM cases_ground WHERE id = NEW.id;
  IF NOT FOUND OR g.status <> 'STANDING' THEN RETURN NULL; END IF;
  IF NOT cases_ground_holds(g) THEN
    PERFORM cases_refuse('a_ground_rests_on_what_it_names', 'a ground does not rest on what it names');
  END IF;
  IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = g.case_id AND c.status IN
      ('OPENED', 'ASSESSED', 'NOTIFIED', 'RESPONSE', 'INVESTIGATED', 'STAYED')) THEN
    PERFORM cases_refuse('a_ground_is_added_before_the_proposal', 'a ground is added before the proposal');
  END IF;
  PERFORM cases_check_people(g.case_id);
  RETURN NULL;
END $$;

CREATE FUNCTION cases_people_of_case() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who bigint;
BEGIN
  PERFORM cases_check_people(NEW.id);
  FOREACH who IN ARRAY ARRAY[NEW.opened_by_id, NEW.assessed_by_id, NEW.investigated_by_id, NEW.closed_by_id] LOOP
    IF who IS NOT NULL AND (TG_OP = 'INSERT'
        OR who NOT IN (coalesce(OLD.opened_by_id, 0), coalesce(OLD.assessed_by_id, 0),
                       coalesce(OLD.investigated_by_id, 0), coalesce(OLD.closed_by_id, 0))) THEN
      PERFORM cases_check_fit(NEW.id, who);
    END IF;
  END LOOP;
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
                   AND c.told_at IS NOT NULL) THEN
    PERFORM cases_refuse('a_proposal_follows_an_investigation', 'a proposal follows an investigation');
  END IF;
  RETURN NULL;
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
  measures CONSTANT text[] := ARRAY['none', 'advice', 'written_warning', 'transfer', 'suspension', 'demotion',
                                    'dismissal'];
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
    ELSE EXISTS (SELECT 1 FROM cases_delegation l WHERE l.id = NEW.acting_for_id AND l.taker_id = NEW.decided_by_id
                   AND cases_today() BETWEEN l.starts_on AND l.ends_on AND l.ended_at IS NULL
                   AND cases_holds(NEW.case_id, l.giver_id, '{deciding_authority}')) END) THEN
    PERFORM cases_refuse('a_decision_is_made_by_the_authority', 'a decision is made by the deciding authority');
  END IF;
  IF NEW.outcome IN ('accepted', 'lesser') THEN
    PERFORM cases_check_grounds(NEW.case_id);
    IF (NEW.outcome = 'accepted' AND (NEW.measure <> p.measure OR NEW.to_rank <> p.to_rank
          OR NEW.to_unit_id IS DISTINCT FROM p.to_unit_id OR NEW.days IS DISTINCT FROM p.days))
      OR (NEW.outcome = 'lesser'
          AND array_position(measures, NEW.measure::text) > array_position(measures, p.measure::text)) THEN
      PERFORM cases_refuse('a_decision_is_no_graver_than_the_proposal',
                           'a decision is as proposed, or lesser');
    END IF;
    IF cases_height(NEW.instrument) < cases_least_height(
        (SELECT rank FROM cases_case WHERE id = NEW.case_id), NEW.measure, cases_today()) THEN
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
    OR NOT EXISTS (SELECT 1 FROM cases_casefile WHERE order_id = o.id) THEN
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
        cases_least_height(l.rank, l.measure, o.signed_on)) THEN
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
  IF TG_OP = 'INSERT' AND NEW.status <> 'REGISTERED' THEN
    PERFORM cases_refuse('an_order_is_entered_before_it_is_verified', 'an order is entered before it is verified');
  END IF;
  PERFORM cases_check_order(NEW.id);
  RETURN NULL;
END $$;

CREATE FUNCTION cases_line_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM cases_order WHERE id = NEW.order_id
                   AND (status = 'REGISTERED' OR (status = 'REJECTED' AND NEW.void))) THEN
    PERFORM cases_refuse('a_line_is_verified_with_its_order', 'a line is verified with its order');
  END IF;
  PERFORM cases_check_order(NEW.order_id);
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

CREATE FUNCTION cases_measure_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  stands boolean;
BEGIN
  IF NEW.appeal_id IS NULL THEN
    PERFORM cases_check_grounds(NEW.case_id);
    SELECT o.status = 'IN_FORCE' AND NEW.effective_on = o.effective_on AND NEW.kind = d.measure
        AND NEW.to_rank = d.to_rank AND NEW.officer_id = c.officer_id AND d.case_id = c.id
        AND c.told_at IS NOT NULL AND c.status IN ('IN_FORCE', 'APPEALED', 'FINAL')
      INTO stands
      FROM cases_orderline l JOIN cases_order o ON o.id = l.order_id JOIN cases_decision d ON d.id = l.decision_id
      JOIN cases_case c ON c.id = l.case_id
      WHERE l.case_id = NEW.case_id AND l.order_id = NEW.order_id AND l.decision_id = NEW.decision_id AND NOT l.void;
  ELSE
    SELECT a.status = 'DECIDED' AND a.outcome = 'varied' AND NEW.kind = a.measure AND NEW.to_rank = a.to_rank
        AND NEW.officer_id = c.officer_id
      INTO stands FROM cases_appeal a JOIN cases_case c ON c.id = a.case_id
      WHERE a.id = NEW.appeal_id AND a.case_id = NEW.case_id;
  END IF;
  IF stands IS NOT TRUE OR NEW.reversed_on IS NOT NULL THEN
    PERFORM cases_refuse('a_measure_has_all_it_rests_on', 'a measure rests on a verified order or an appeal');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_measure_reversed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF (to_jsonb(NEW) - '{version,reversed_on,reversed_known_at,ended_on}'::text[])
      <> (to_jsonb(OLD) - '{version,reversed_on,reversed_known_at,ended_on}'::text[])
    OR OLD.reversed_on IS NOT NULL AND NEW.reversed_on IS DISTINCT FROM OLD.reversed_on
    OR NEW.reversed_known_at IS DISTINCT FROM OLD.reversed_known_at
       AND (NEW.reversed_known_at < ledger_now() - interval '10 minutes'
         OR NEW.reversed_known_at > ledger_now() + interval '1 minute')
    OR NEW.ended_on IS NOT NULL AND (NEW.kind <> 'suspension' OR NEW.ended_on < NEW.until
                                     OR NEW.until > cases_today())
    OR NEW.reversed_on IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM cases_appeal a WHERE a.case_id = NEW.case_id AND a.status = 'DECIDED'
        AND a.outcome IN ('varied', 'overturned') AND a.decided_at >= NEW.known_at)
  THEN
    PERFORM cases_refuse('a_measure_is_reversed_on_appeal_alone', 'a measure is reversed on appeal alone');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_appeal_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  who bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_now(NEW.lodged_at);
    IF NOT NEW.is_late AND NEW.ground <> 'ground_fell' AND NOT EXISTS (
        SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id AND c.appeal_until >= NEW.lodged_at) THEN
      PERFORM cases_refuse('an_appeal_out_of_time_is_late', 'an appeal out of time is late');
    END IF;
  ELSIF NEW.text <> OLD.text OR NEW.ground <> OLD.ground OR NEW.is_late <> OLD.is_late
      OR NEW.case_id <> OLD.case_id OR (OLD.status IN ('DECIDED', 'INADMISSIBLE') AND NEW.status <> OLD.status) THEN
    PERFORM cases_refuse('an_appeal_is_never_rewritten', 'an appeal is never rewritten');
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
    END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE FUNCTION cases_notice_told() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_now(NEW.issued_at);
  ELSIF NEW.content <> OLD.content OR NEW.issued_at <> OLD.issued_at OR NEW.case_id <> OLD.case_id
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

CREATE FUNCTION cases_suspension_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM cases_check_fit(NEW.case_id, NEW.ordered_by_id);
    IF NOT cases_holds(NEW.case_id, NEW.ordered_by_id, '{supervisor,inspector,deciding_authority}')
      OR EXISTS (SELECT 1 FROM cases_case c WHERE c.id = NEW.case_id
                   AND NEW.ordered_by_id IN (c.case_officer_id, c.opened_by_id, c.assessed_by_id)) THEN
      PERFORM cases_refuse('a_suspension_is_ordered_by_a_second_person',
                           'a suspension is ordered by who does not work on the case');
    END IF;
  END IF;
  RETURN NULL;
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
  IF NOT EXISTS (SELECT 1 FROM officers_unit u JOIN officers_unit w ON w.id = c.officer_unit_id
                 WHERE u.id = c.unit_id AND (u.kind = 'INSPECTORATE_GENERAL'
                   OR (u.id <> w.id AND starts_with(w.path, u.path)))) THEN
    PERFORM cases_refuse('a_case_is_conducted_above_the_officers_unit',
                         'a case is conducted above the officer''s unit');
  END IF;
  IF TG_OP = 'UPDATE' AND (NEW.officer_id <> OLD.officer_id OR NEW.rank <> OLD.rank
      OR NEW.officer_unit_id <> OLD.officer_unit_id OR NEW.is_head <> OLD.is_head) THEN
    PERFORM cases_refuse('a_case_is_of_the_officer_it_was_opened_for', 'a case is of the officer it was opened for');
  END IF;
  p := cases_newest_proposal(c.id);
  stands := CASE
    WHEN c.status IN ('OPENED', 'ASSESSED', 'NOTIFIED', 'STAYED') THEN true
    WHEN NOT EXISTS (SELECT 1 FROM cases_casenotice n WHERE n.case_id = c.id AND n.kind = 'allegations'
                       AND n.told_at = c.told_at) AND c.status <> 'CLOSED' THEN false
    WHEN c.status IN ('RESPONSE', 'INVESTIGATED') THEN
      c.response_until >= c.told_at + interval '7 days' AND (c.status = 'RESPONSE' OR c.investigated_at IS NOT NULL)
    WHEN c.status = 'PROPOSED' THEN p IS NOT NULL
    WHEN c.status = 'CHECKED' THEN
      EXISTS (SELECT 1 FROM cases_opinion o WHERE o.proposal_id = p AND o.outcome = 'passed')
    WHEN c.status = 'AWAITING_INSTRUMENT' THEN
      EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = p AND d.outcome IN ('accepted', 'lesser'))
    WHEN c.status IN ('IN_FORCE', 'APPEALED', 'FINAL') THEN
      EXISTS (SELECT 1 FROM cases_measure m WHERE m.case_id = c.id AND m.reversed_on IS NULL)
      AND (c.status = 'APPEALED') = EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id
                                              AND a.status NOT IN ('DECIDED', 'INADMISSIBLE'))
      AND (c.status <> 'FINAL' OR c.appeal_until < ledger_now()
        OR EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id AND a.status = 'DECIDED'))
    WHEN c.outcome IN ('no_case', 'finding') THEN
      EXISTS (SELECT 1 FROM cases_decision d WHERE d.proposal_id = p
                AND d.outcome IN ('no_case', 'accepted', 'lesser'))
    WHEN c.outcome = 'overturned' THEN
      EXISTS (SELECT 1 FROM cases_appeal a WHERE a.case_id = c.id AND a.status = 'DECIDED'
                AND a.outcome = 'overturned')
    WHEN c.outcome = 'deceased' THEN
      EXISTS (SELECT 1 FROM officers_officer o WHERE o.id = c.officer_id AND o.status = 'DECEASED')
    ELSE c.closed_by_id IS NOT NULL AND c.closed_by_id IS DISTINCT FROM c.case_officer_id
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
DECLARE
  o officers_officer;
  dismissed boolean;
  suspended boolean;
BEGIN
  SELECT * INTO o FROM officers_officer WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  dismissed := EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = o.id AND m.kind = 'dismissal'
                         AND m.reversed_on IS NULL)
    OR EXISTS (SELECT 1 FROM cases_earliermeasure e WHERE e.officer_id = o.id AND e.kind = 'dismissal' AND NOT e.void);
  suspended := EXISTS (SELECT 1 FROM cases_measure m WHERE m.officer_id = o.id AND m.kind = 'suspension'
                         AND m.reversed_on IS NULL AND m.ended_on IS NULL)
    OR EXISTS (SELECT 1 FROM cases_suspension s JOIN cases_case c ON c.id = s.case_id
               WHERE c.officer_id = o.id AND s.ended_on IS NULL);
  IF (o.status = 'DISMISSED') <> dismissed OR (o.status = 'SUSPENDED' AND NOT suspended)
    OR (o.status = 'SERVING' AND suspended) THEN
    PERFORM cases_refuse('an_order_alone_removes_and_returns',
                         'an officer is dismissed, suspended and returns by an order alone');
  END IF;
  RETURN NULL;
END $$;
"""

DROP = """
DROP FUNCTION cases_officer_stands();
DROP FUNCTION cases_status_stands();
DROP FUNCTION cases_suspension_stands();
DROP FUNCTION cases_notice_told();
DROP FUNCTION cases_appeal_stands();
DROP FUNCTION cases_measure_reversed();
DROP FUNCTION cases_measure_stands();
DROP FUNCTION cases_measure_known();
DROP FUNCTION cases_line_stands();
DROP FUNCTION cases_order_stands();
DROP FUNCTION cases_check_order(bigint);
DROP FUNCTION cases_decision_stands();
DROP FUNCTION cases_opinion_stands();
DROP FUNCTION cases_newest_proposal(bigint);
DROP FUNCTION cases_proposal_stands();
DROP FUNCTION cases_people_of_case();
DROP FUNCTION cases_ground_stands();
DROP FUNCTION cases_check_now(timestamptz);
DROP FUNCTION cases_today();
DROP FUNCTION cases_least_height(text, text, date);
DROP FUNCTION cases_height(text);
DROP FUNCTION cases_check_grounds(bigint);
DROP FUNCTION cases_ground_holds(cases_ground);
DROP FUNCTION cases_holds(bigint, bigint, text[]);
DROP FUNCTION cases_check_fit(bigint, bigint);
DROP FUNCTION cases_check_people(bigint);
DROP FUNCTION cases_parts(bigint);
DROP FUNCTION cases_refuse(text, text);
"""

TABLES = (
    "case",
    "casebar",
    "delegation",
    "extract",
    "ground",
    "paper",
    "casenotice",
    "casestatement",
    "extension",
    "suspension",
    "suspensionreview",
    "prosecution",
    "proposal",
    "opinion",
    "decision",
    "order",
    "orderline",
    "measure",
    "appeal",
    "earliermeasure",
    "casefile",
)

TRIGGERS = [
    (
        "cases_case",
        "a_case_stands_where_its_papers_say",
        "CREATE CONSTRAINT TRIGGER a_case_stands_where_its_papers_say AFTER INSERT OR UPDATE ON cases_case "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_status_stands()",
    ),
    (
        "cases_case",
        "the_people_of_a_case_are_apart",
        "CREATE CONSTRAINT TRIGGER the_people_of_a_case_are_apart AFTER INSERT OR UPDATE ON cases_case "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_people_of_case()",
    ),
    (
        "cases_extract",
        "an_extract_is_never_rewritten",
        "CREATE TRIGGER an_extract_is_never_rewritten BEFORE UPDATE ON cases_extract FOR EACH ROW WHEN "
        "(new.text <> old.text OR new.complaint_id <> old.complaint_id OR new.case_id <> old.case_id OR "
        "new.drafted_by_id <> old.drafted_by_id) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_ground",
        "a_ground_rests_on_what_it_names",
        "CREATE CONSTRAINT TRIGGER a_ground_rests_on_what_it_names AFTER INSERT OR UPDATE ON cases_ground "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_ground_stands()",
    ),
    (
        "cases_ground",
        "a_ground_is_never_rewritten",
        "CREATE TRIGGER a_ground_is_never_rewritten BEFORE UPDATE ON cases_ground FOR EACH ROW WHEN "
        "(new.case_id <> old.case_id OR new.kind::text <> old.kind::text OR new.text <> old.text OR "
        "new.test_id IS DISTINCT FROM old.test_id OR new.extract_id IS DISTINCT FROM old.extract_id OR "
        "new.article::text <> old.article::text OR old.status::text <> 'STANDING'::text AND new.status::text "
        "= 'STANDING'::text) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casenotice",
        "a_notice_is_told_by_a_proof",
        "CREATE CONSTRAINT TRIGGER a_notice_is_told_by_a_proof AFTER INSERT OR UPDATE ON cases_casenotice "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_notice_told()",
    ),
    (
        "cases_casestatement",
        "a_case_statement_is_never_changed",
        "CREATE TRIGGER a_case_statement_is_never_changed BEFORE DELETE OR UPDATE ON cases_casestatement FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_suspension",
        "a_suspension_is_ordered_by_a_second_person",
        "CREATE CONSTRAINT TRIGGER a_suspension_is_ordered_by_a_second_person AFTER INSERT OR UPDATE ON "
        "cases_suspension DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "cases_suspension_stands()",
    ),
    (
        "cases_proposal",
        "a_proposal_is_never_changed",
        "CREATE TRIGGER a_proposal_is_never_changed BEFORE DELETE OR UPDATE ON cases_proposal FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_proposal",
        "a_proposal_has_all_it_rests_on",
        "CREATE CONSTRAINT TRIGGER a_proposal_has_all_it_rests_on AFTER INSERT ON cases_proposal DEFERRABLE "
        "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_proposal_stands()",
    ),
    (
        "cases_opinion",
        "an_opinion_is_never_changed",
        "CREATE TRIGGER an_opinion_is_never_changed BEFORE DELETE OR UPDATE ON cases_opinion FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_opinion",
        "an_opinion_is_of_what_stands",
        "CREATE CONSTRAINT TRIGGER an_opinion_is_of_what_stands AFTER INSERT ON cases_opinion DEFERRABLE "
        "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_opinion_stands()",
    ),
    (
        "cases_decision",
        "a_decision_is_never_changed",
        "CREATE TRIGGER a_decision_is_never_changed BEFORE DELETE OR UPDATE ON cases_decision FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_decision",
        "a_decision_is_made_by_who_may",
        "CREATE CONSTRAINT TRIGGER a_decision_is_made_by_who_may AFTER INSERT ON cases_decision DEFERRABLE "
        "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_decision_stands()",
    ),
    (
        "cases_order",
        "an_order_is_verified_by_another_person",
        "CREATE CONSTRAINT TRIGGER an_order_is_verified_by_another_person AFTER INSERT OR UPDATE ON "
        "cases_order DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_order_stands()",
    ),
    (
        "cases_order",
        "an_order_is_never_rewritten",
        "CREATE TRIGGER an_order_is_never_rewritten BEFORE UPDATE ON cases_order FOR EACH ROW WHEN "
        "(new.instrument::text <> old.instrument::text OR new.number::text <> old.number::text OR "
        "new.signed_on <> old.signed_on OR new.signed_by::text <> old.signed_by::text OR new.effective_on <> "
        "old.effective_on OR new.registered_by_id <> old.registered_by_id) EXECUTE FUNCTION "
        "officers_refuse_change()",
    ),
    (
        "cases_orderline",
        "a_line_is_verified_with_its_order",
        "CREATE CONSTRAINT TRIGGER a_line_is_verified_with_its_order AFTER INSERT OR UPDATE ON "
        "cases_orderline DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_line_stands()",
    ),
    (
        "cases_measure",
        "a_measure_has_all_it_rests_on",
        "CREATE CONSTRAINT TRIGGER a_measure_has_all_it_rests_on AFTER INSERT ON cases_measure DEFERRABLE "
        "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_measure_stands()",
    ),
    (
        "cases_measure",
        "a_measure_is_reversed_on_appeal_alone",
        "CREATE CONSTRAINT TRIGGER a_measure_is_reversed_on_appeal_alone AFTER UPDATE ON cases_measure "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_measure_reversed()",
    ),
    (
        "cases_measure",
        "a_measure_is_known_from_now_on",
        "CREATE TRIGGER a_measure_is_known_from_now_on BEFORE INSERT ON cases_measure FOR EACH ROW EXECUTE "
        "FUNCTION cases_measure_known()",
    ),
    (
        "cases_appeal",
        "an_appeal_is_decided_by_who_had_no_part",
        "CREATE CONSTRAINT TRIGGER an_appeal_is_decided_by_who_had_no_part AFTER INSERT OR UPDATE ON "
        "cases_appeal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_appeal_stands()",
    ),
    (
        "cases_earliermeasure",
        "an_earlier_measure_is_known_from_now_on",
        "CREATE TRIGGER an_earlier_measure_is_known_from_now_on BEFORE INSERT ON cases_earliermeasure FOR "
        "EACH ROW EXECUTE FUNCTION cases_measure_known()",
    ),
    (
        "officers_officer",
        "nobody_is_entered_as_removed",
        "CREATE CONSTRAINT TRIGGER nobody_is_entered_as_removed AFTER INSERT ON officers_officer DEFERRABLE "
        "INITIALLY DEFERRED FOR EACH ROW WHEN (new.status::text = ANY (ARRAY['DISMISSED'::text, "
        "'SUSPENDED'::text])) EXECUTE FUNCTION cases_officer_stands()",
    ),
    (
        "officers_officer",
        "an_order_alone_removes_and_returns",
        "CREATE CONSTRAINT TRIGGER an_order_alone_removes_and_returns AFTER UPDATE ON officers_officer "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.status::text <> old.status::text AND "
        "((new.status::text = ANY (ARRAY['DISMISSED'::text, 'SUSPENDED'::text])) OR (old.status::text = ANY "
        "(ARRAY['DISMISSED'::text, 'SUSPENDED'::text])))) EXECUTE FUNCTION cases_officer_stands()",
    ),
]


def _trigger(table, name, create):
    return migrations.RunSQL(
        [create, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"], f"DROP TRIGGER {name} ON {table}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0007_cases"),
        ("officers", "0012_register"),
        ("ledger", "0002_capture"),
    ]

    operations = [
        *(AuditTable(f"cases_{table}") for table in TABLES),
        AuditTable("officers_registerentry"),
        migrations.RunSQL(FUNCTIONS, DROP),
        *(_trigger(*one) for one in TRIGGERS),
    ]
