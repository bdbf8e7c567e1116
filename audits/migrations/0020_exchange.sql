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
