"""Under the ledger, and with the rules that look at other rows: who took part, and what an outcome rests on."""

from django.db import migrations

from ledger.operations import AuditTable, declared

FUNCTIONS = """
-- A row of what was found, proved or said is never changed: a correction is a further row.
CREATE FUNCTION officers_refuse_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
    MESSAGE = format('rows of %s are never changed', TG_TABLE_NAME);
END $$;

-- The time in which an officer may ask runs from the proof, so nobody writes one for days gone by.
CREATE FUNCTION officers_proof_is_of_now() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  NEW.proved_at := ledger_now();
  IF NEW.served_at > NEW.proved_at + interval '1 minute' THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
      MESSAGE = 'nothing is handed over in the future';
  END IF;
  RETURN NEW;
END $$;

-- Whether one officer heads a unit in or under which another serves.
CREATE FUNCTION officers_commands(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1 FROM officers_posting p JOIN officers_unit u ON u.id = p.unit_id
    JOIN officers_officer o ON o.id = other JOIN officers_unit w ON w.id = o.unit_id
    WHERE p.officer_id = one AND p.is_head AND p.held @> (ledger_now() AT TIME ZONE 'Asia/Phnom_Penh')::date
      AND starts_with(w.path, u.path) AND one <> other)
$$;

-- Collector, laboratory and reviewer are different people; none is the officer, commands him, or is under him.
CREATE FUNCTION officers_people_apart() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  r officers_review;
  tested bigint;
  collectors bigint[];
  laboratory bigint[];
BEGIN
  SELECT * INTO r FROM officers_review WHERE id = NEW.id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  SELECT t.officer_id, array_remove(ARRAY[s.administrator_id, t.entered_by_id, x.collected_by_id, c.made_by_id], NULL)
    INTO tested, collectors
    FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id
    LEFT JOIN officers_specimen x ON x.test_id = t.id LEFT JOIN officers_claim c ON c.test_id = t.id
    WHERE t.id = r.test_id;
  SELECT coalesce(array_agg(l.reported_by_id), '{}') INTO laboratory
    FROM officers_laboratoryreport l JOIN officers_specimen x ON x.id = l.specimen_id WHERE x.test_id = r.test_id;
  IF r.reviewer_id = ANY (collectors || laboratory) OR collectors && laboratory THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
      CONSTRAINT = 'collector_laboratory_and_reviewer_are_different_people',
      MESSAGE = 'collector, laboratory and reviewer are different people';
  END IF;
  IF EXISTS (
    SELECT 1 FROM officers_user u
    WHERE u.id = ANY (collectors || laboratory || r.reviewer_id) AND u.officer_id IS NOT NULL
      AND (u.officer_id = tested OR officers_commands(u.officer_id, tested) OR officers_commands(tested, u.officer_id)))
  THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME,
      CONSTRAINT = 'nobody_tests_under_his_own_command', MESSAGE = 'nobody tests under his own command';
  END IF;
  RETURN NULL;
END $$;

-- What every outcome rests on, looked at when the act ends.
CREATE FUNCTION officers_outcome_stands() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  t officers_drugtest;
  r officers_review;
  x officers_specimen;
  l officers_laboratoryreport;
  chain boolean;
  told boolean;
  window_closed boolean;
  stands boolean;
BEGIN
  SELECT * INTO t FROM officers_drugtest WHERE id = NEW.id;
  IF NOT FOUND OR t.status NOT IN ('CLEARED', 'VERIFIED_POSITIVE', 'FINAL_POSITIVE', 'REFUSAL', 'CANCELLED') THEN
    RETURN NULL;
  END IF;
  SELECT * INTO r FROM officers_review WHERE test_id = t.id;
  SELECT * INTO x FROM officers_specimen WHERE test_id = t.id;
  SELECT * INTO l FROM officers_laboratoryreport WHERE specimen_id = x.id AND bottle = 'A'
    ORDER BY number DESC LIMIT 1;
  chain := x.received_at IS NOT NULL
    AND EXISTS (SELECT 1 FROM officers_custodytransfer c WHERE c.specimen_id = x.id AND c.bottle = 'A')
    AND NOT EXISTS (SELECT 1 FROM officers_custodyproblem p WHERE p.specimen_id = x.id AND p.outcome <> 'holds');
  told := EXISTS (SELECT 1 FROM officers_service s WHERE s.id = r.told_by_id AND s.officer_id = t.officer_id
                    AND s.proved_at = r.told_at);
  window_closed := (r.retest_asked_at IS NULL AND r.window_ends_at <= ledger_now())
    OR EXISTS (SELECT 1 FROM officers_laboratoryreport b WHERE b.specimen_id = x.id AND b.bottle = 'B'
                 AND b.result = 'reconfirmed' AND b.id = r.retest_report_id AND b.laboratory_id <> l.laboratory_id);
  stands := CASE
    WHEN t.status IN ('VERIFIED_POSITIVE', 'FINAL_POSITIVE') THEN
      chain AND told AND r.report_id = l.id AND l.result IN ('positive', 'positive_dilute')
      AND r.outcome IN ('positive', 'positive_dilute') AND (r.heard_at IS NOT NULL OR r.unheard <> '')
      AND EXISTS (SELECT 1 FROM officers_analytevalue v WHERE v.report_id = l.id AND v.stage = 'confirmatory'
                    AND v.counts AND v.value >= v.cutoff)
      AND (t.status = 'VERIFIED_POSITIVE' OR (r.status = 'CLOSED' AND window_closed))
    WHEN t.status = 'REFUSAL' AND t.not_taken <> '' THEN
      r.claim_id IS NOT NULL AND r.outcome = 'refusal_other' AND (r.heard_at IS NOT NULL OR r.unheard <> '')
    WHEN t.status = 'REFUSAL' THEN
      chain AND told AND r.report_id = l.id AND r.status = 'CLOSED' AND window_closed
      AND (r.heard_at IS NOT NULL OR r.unheard <> '')
      AND ((l.result = 'adulterated' AND r.outcome = 'refusal_adulterated')
        OR (l.result = 'substituted' AND r.outcome = 'refusal_substituted'))
    WHEN t.status = 'CLEARED' THEN
      chain AND (r.outcome = 'negative'
        OR (l.result IN ('negative', 'negative_dilute') AND (r.id IS NULL OR (r.report_id = l.id AND r.outcome = ''))))
    ELSE
      (t.cancel_reason = 'fatal_flaw' AND l.result = 'rejected_for_testing')
      OR (t.cancel_reason = 'custody' AND EXISTS (
            SELECT 1 FROM officers_custodyproblem p WHERE p.specimen_id = x.id AND p.outcome = 'cancels'))
      OR (t.cancel_reason = 'dilute' AND l.result = 'negative_dilute')
      OR r.outcome = 'test_cancelled'
      OR (t.cancel_reason = 'not_reconfirmed' AND EXISTS (
            SELECT 1 FROM officers_laboratoryreport b WHERE b.id = r.retest_report_id
              AND b.result = 'not_reconfirmed'))
      OR (t.cancel_reason = 'no_second_bottle' AND r.retest_asked_at IS NOT NULL)
  END;
  IF stands IS NOT TRUE THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
      MESSAGE = format('test %s cannot be %s on what there is', t.id, t.status);
  END IF;
  RETURN NULL;
END $$;

-- A final outcome is undone by a review that was reopened, and by nothing else.
CREATE FUNCTION officers_outcome_undone() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM officers_review r WHERE r.test_id = NEW.id AND r.reopened_at IS NOT NULL
                   AND (r.status <> 'CLOSED' OR r.closed_at >= r.reopened_at)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_NAME,
      MESSAGE = 'a final outcome is undone by its review alone';
  END IF;
  RETURN NULL;
END $$;
"""

DROP = """
DROP FUNCTION officers_outcome_undone();
DROP FUNCTION officers_outcome_stands();
DROP FUNCTION officers_people_apart();
DROP FUNCTION officers_commands(bigint, bigint);
DROP FUNCTION officers_proof_is_of_now();
DROP FUNCTION officers_refuse_change();
"""

TABLES = (
    "specimen",
    "custodyproblem",
    "specimenrange",
    "spoilednumber",
    "laboratoryreport",
    "analytevalue",
    "claim",
    "review",
    "contactattempt",
    "doorcode",
    "service",
    "statement",
    "selfreferral",
)


@declared("specimen.carried_over", "A specimen that was sent is a row of its own from this release on.")
def carry_over(apps, schema_editor):
    """Each test that an earlier release sent to a laboratory gets its specimen, with the hand-overs there were.

    That of a line voided since is withdrawn: its number may be another's.
    """
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO officers_specimen (version, test_id, number, kind, asked_for, collected_on, collected_by_id,
              is_observed, panel, seal_a, seal_b, status, is_redesignated)
            SELECT 1, t.id,
                   t.specimen_number, 'urine', t.non_negative_for, t.tested_on, s.administrator_id, false,
                   'KH', c.seal, '', CASE t.status WHEN 'VOID' THEN 'WITHDRAWN' ELSE 'IN_CUSTODY' END, false
            FROM officers_drugtest t JOIN officers_sheet s ON s.id = t.sheet_id
            JOIN LATERAL (SELECT seal FROM officers_custodytransfer WHERE test_id = t.id ORDER BY handed_over_at, id
                          LIMIT 1) c ON true
            """
        )
        cursor.execute(
            "UPDATE officers_custodytransfer c SET specimen_id = x.id, version = c.version + 1 "
            "FROM officers_specimen x WHERE x.test_id = c.test_id"
        )


# Compared as text: of other types PostgreSQL writes a list of words differently after a dump and a restore.
TRIGGERS = [
    (
        "officers_drugtest",
        "an_outcome_has_all_it_rests_on",
        "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "WHEN (NEW.status::text IN ('CLEARED', 'VERIFIED_POSITIVE', 'FINAL_POSITIVE', 'REFUSAL', 'CANCELLED')) "
        "EXECUTE FUNCTION officers_outcome_stands()",
    ),
    (
        "officers_drugtest",
        "an_outcome_is_undone_by_its_review_alone",
        "CREATE CONSTRAINT TRIGGER {name} AFTER UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "WHEN (OLD.status::text IN ('FINAL_POSITIVE', 'REFUSAL') AND NEW.status <> OLD.status) "
        "EXECUTE FUNCTION officers_outcome_undone()",
    ),
    (
        "officers_review",
        "the_people_of_a_test_are_apart",
        "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION officers_people_apart()",
    ),
    (
        "officers_service",
        "a_proof_is_of_now",
        "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION officers_proof_is_of_now()",
    ),
    *(
        (
            table,
            name,
            "CREATE TRIGGER {name} BEFORE DELETE OR UPDATE ON {table} FOR EACH ROW "
            "EXECUTE FUNCTION officers_refuse_change()",
        )
        for table, name in (
            ("officers_laboratoryreport", "a_report_is_never_changed"),
            ("officers_analytevalue", "a_value_is_never_changed"),
            ("officers_service", "a_proof_is_never_changed"),
        )
    ),
]


def _trigger(table, name, body):
    return migrations.RunSQL(
        [body.format(table=table, name=name), f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"],
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("officers", "0009_results"), ("ledger", "0002_capture")]

    operations = [
        *(AuditTable(f"officers_{table}") for table in TABLES),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RunSQL(FUNCTIONS, DROP),
        *(_trigger(*one) for one in TRIGGERS),
    ]
