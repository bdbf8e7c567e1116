CREATE FUNCTION audits_is_auditor(who bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
    WHERE r.user_id = who AND r.ended_at IS NULL AND r.role = 'auditor')
$$;

CREATE FUNCTION audits_series_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT audits_is_auditor(NEW.entered_by_id) THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'a series is entered by an auditor');
  END IF;
  PERFORM audits_now(NEW.entered_at);
  RETURN NULL;
END $$;

-- A release is entered by one auditor and confirmed by another, in the order of its numbers.
CREATE FUNCTION audits_release_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT audits_is_auditor(CASE WHEN TG_OP = 'INSERT' THEN NEW.entered_by_id
                                ELSE coalesce(NEW.confirmed_by_id, NEW.rejected_by_id) END) THEN
    PERFORM audits_refuse('only_an_auditor_does_this', 'a release is entered, confirmed and rejected by auditors');
  END IF;
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'ENTERED' THEN
      PERFORM audits_refuse('a_release_is_entered_before_it_is_confirmed', 'a release is entered before it is confirmed');
    END IF;
    PERFORM audits_now(NEW.entered_at);
  ELSIF NEW.status = 'CONFIRMED' THEN
    PERFORM audits_now(NEW.confirmed_at);
    IF NEW.number - 1 <> (SELECT count(*) FROM audits_seriesrelease r WHERE r.series_id = NEW.series_id
                          AND r.period = NEW.period AND r.number < NEW.number) THEN
      PERFORM audits_refuse('releases_are_counted_without_a_gap', 'releases are counted without a gap');
    END IF;
    IF NEW.stat_status = 'retracted' AND NOT EXISTS (
        SELECT 1 FROM audits_seriesrelease r WHERE r.series_id = NEW.series_id AND r.period = NEW.period
        AND r.number = NEW.number - 1 AND r.stat_status <> 'retracted') THEN
      PERFORM audits_refuse('only_what_stands_is_retracted', 'only a release that stands is retracted');
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- From which place in the ladder of ranks on the policy of a day names; nothing or 0 for nobody.
CREATE FUNCTION audits_named_from(on_day date) RETURNS integer LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT (r ->> 'value')::integer FROM (
    SELECT content FROM officers_settingversion
    WHERE kind = 'publication' AND effective_from <= on_day AND NOT withdrawn
    ORDER BY effective_from DESC, number DESC LIMIT 1) s
  CROSS JOIN LATERAL jsonb_array_elements(s.content -> 'publication') r WHERE r ->> 'code' = 'naming_from_rank'
$$;

-- A name is public for a dismissal that is final and stands, by the policy of today and of the day of the decision.
CREATE FUNCTION audits_notice_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  place integer;
  decided_on date;
BEGIN
  IF NEW.status = 'SHOWN' THEN
    SELECT cases_rank_order(m.rank), (c.decided_at AT TIME ZONE 'Asia/Phnom_Penh')::date INTO place, decided_on
    FROM cases_measure m JOIN cases_case c ON c.id = m.case_id
    WHERE m.id = NEW.measure_id AND m.kind = 'dismissal' AND m.reversed_on IS NULL AND c.status = 'FINAL';
    IF NOT FOUND THEN
      PERFORM audits_refuse('only_a_final_dismissal_is_public_with_a_name', 'this is no final dismissal that stands');
    END IF;
    IF coalesce(audits_named_from(cases_today()), 0) = 0 OR coalesce(audits_named_from(decided_on), 0) = 0
      OR place IS NULL OR place < greatest(audits_named_from(cases_today()), audits_named_from(decided_on)) THEN
      PERFORM audits_refuse('a_name_is_public_by_the_policy_alone', 'the publication policy does not name this officer');
    END IF;
  ELSIF NEW.status = 'WITHHELD' THEN
    IF NOT EXISTS (SELECT 1 FROM officers_roleassignment r JOIN officers_user a ON a.id = r.user_id AND a.is_active
                   WHERE r.user_id = NEW.withheld_by_id AND r.ended_at IS NULL AND r.role = 'inspector') THEN
      PERFORM audits_refuse('an_inspector_withholds_a_name', 'an inspector withholds a name');
    END IF;
  ELSIF TG_OP = 'INSERT' THEN
    PERFORM audits_refuse('a_name_goes_after_it_was_shown', 'a name goes after it was shown');
  END IF;
  IF NEW.status <> 'SHOWN' AND EXISTS (SELECT 1 FROM audits_opennotice n WHERE n.id = NEW.key AND n.gone IS NULL) THEN
    PERFORM audits_refuse('a_name_that_is_gone_stands_nowhere', 'the name is still shown');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audits_name_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM audits_outcomenotice n JOIN audits_opennotice o ON o.id = n.key
                 WHERE n.key = NEW.id AND (o.gone IS NULL) = (n.status = 'SHOWN')
                 AND (o.gone IS NOT NULL OR o.shown_from = n.shown_from AND o.shown_until = n.shown_until)) THEN
    PERFORM audits_refuse('a_name_is_shown_by_a_notice_alone', 'no notice shows this name');
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION audits_needs_event() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM ledger_current(TG_TABLE_NAME);
  RETURN NULL;
END $$;
