"""Audits under the ledger, and with the rules that look at other rows: who is kept from what, what a seed draws.

Triggers end every act by asking what it leaves behind. They are as the models print them.
"""

from pathlib import Path

from django.db import migrations

from ledger.operations import AuditTable

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()

DROP = """
DROP FUNCTION audits_entry_stands();
DROP FUNCTION audits_finding_stands();
DROP FUNCTION audits_next(text, text);
DROP FUNCTION audits_answer_stands();
DROP FUNCTION audits_review_stands();
DROP FUNCTION audits_item_stands();
DROP FUNCTION audits_sample_stands();
DROP FUNCTION audits_audit_stands();
DROP FUNCTION audits_concerns(text, bigint, bigint, bigint, bigint);
DROP FUNCTION audits_is_kept(bigint, text, bigint, bigint, bigint[]);
DROP FUNCTION audits_recused_officers(bigint);
DROP FUNCTION audits_recused_units(bigint);
DROP FUNCTION audits_answers(bigint, bigint);
DROP FUNCTION audits_audits(bigint, bigint);
DROP FUNCTION audits_refuse(text, text);
"""

TABLES = (
    "audit",
    "recusal",
    "sample",
    "population",
    "sampleitem",
    "review",
    "answer",
    "finding",
    "findingentry",
)

TRIGGERS = [
    (
        "audits_audit",
        "an_audit_is_led_by_an_auditor",
        "CREATE CONSTRAINT TRIGGER an_audit_is_led_by_an_auditor AFTER INSERT OR UPDATE ON audits_audit "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_audit_stands()",
    ),
    (
        "audits_audit",
        "an_audit_stays_of_its_unit",
        "CREATE TRIGGER an_audit_stays_of_its_unit BEFORE UPDATE ON audits_audit FOR EACH ROW WHEN "
        "(new.unit_id <> old.unit_id OR new.year <> old.year OR new.opened_by_id <> old.opened_by_id) "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_audit",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_audit FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_recusal",
        "a_recusal_is_never_rewritten",
        "CREATE TRIGGER a_recusal_is_never_rewritten BEFORE UPDATE ON audits_recusal FOR EACH ROW WHEN "
        "(new.user_id <> old.user_id OR new.unit_id IS DISTINCT FROM old.unit_id OR new.officer_id IS "
        "DISTINCT FROM old.officer_id OR new.kind::text <> old.kind::text OR new.reason <> old.reason OR "
        "new.declared_at <> old.declared_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_recusal",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_recusal FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_sample",
        "a_sample_is_drawn_as_its_seed_says",
        "CREATE CONSTRAINT TRIGGER a_sample_is_drawn_as_its_seed_says AFTER INSERT OR UPDATE ON "
        "audits_sample DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_sample_stands()",
    ),
    (
        "audits_sample",
        "a_frozen_population_is_never_exchanged",
        "CREATE TRIGGER a_frozen_population_is_never_exchanged BEFORE UPDATE ON audits_sample FOR EACH "
        "ROW WHEN (new.audit_id <> old.audit_id OR new.number <> old.number OR new.about::text <> "
        "old.about::text OR new.kind::text <> old.kind::text OR new.frame::text <> old.frame::text OR "
        "new.strata <> old.strata OR new.size <> old.size OR new.population <> old.population OR "
        "new.digest::text <> old.digest::text OR new.number_source::text <> old.number_source::text OR "
        "new.number_on IS DISTINCT FROM old.number_on OR new.nonce_digest::text <> old.nonce_digest::text "
        "OR new.rules_id IS DISTINCT FROM old.rules_id OR new.frozen_by_id <> old.frozen_by_id OR "
        "new.frozen_at <> old.frozen_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_sample",
        "a_sample_is_drawn_once",
        "CREATE TRIGGER a_sample_is_drawn_once BEFORE UPDATE ON audits_sample FOR EACH ROW WHEN "
        "(old.seed::text <> ''::text AND (new.seed::text <> old.seed::text OR new.outside::text <> "
        "old.outside::text OR new.nonce::text <> old.nonce::text OR new.drawn_by_id <> old.drawn_by_id OR "
        "new.drawn_at <> old.drawn_at)) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_sample",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_sample FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_population",
        "a_population_is_never_changed",
        "CREATE TRIGGER a_population_is_never_changed BEFORE DELETE OR UPDATE ON audits_population FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_sampleitem",
        "a_drawn_record_is_never_exchanged",
        "CREATE TRIGGER a_drawn_record_is_never_exchanged BEFORE DELETE OR UPDATE ON audits_sampleitem "
        "FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_review",
        "a_review_is_made_by_who_may",
        "CREATE CONSTRAINT TRIGGER a_review_is_made_by_who_may AFTER INSERT OR UPDATE ON audits_review "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_review_stands()",
    ),
    (
        "audits_review",
        "a_review_stays_of_its_record",
        "CREATE TRIGGER a_review_stays_of_its_record BEFORE UPDATE ON audits_review FOR EACH ROW WHEN "
        "(new.audit_id <> old.audit_id OR new.about::text <> old.about::text OR new.row_id <> old.row_id "
        "OR new.officer_id IS DISTINCT FROM old.officer_id OR new.unit_id <> old.unit_id OR "
        "new.by_unit_id IS DISTINCT FROM old.by_unit_id OR new.assigned_by_id <> old.assigned_by_id OR "
        "new.assigned_at <> old.assigned_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_review",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_review FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_answer",
        "an_answer_belongs_to_a_review_under_way",
        "CREATE CONSTRAINT TRIGGER an_answer_belongs_to_a_review_under_way AFTER INSERT OR UPDATE ON "
        "audits_answer DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_answer_stands()",
    ),
    (
        "audits_answer",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_answer FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_finding",
        "a_finding_stands_where_its_exchange_says",
        "CREATE CONSTRAINT TRIGGER a_finding_stands_where_its_exchange_says AFTER INSERT OR UPDATE ON "
        "audits_finding DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "audits_finding_stands()",
    ),
    (
        "audits_finding",
        "an_issued_finding_is_never_rewritten",
        "CREATE TRIGGER an_issued_finding_is_never_rewritten BEFORE UPDATE ON audits_finding FOR EACH ROW "
        "WHEN (old.status::text <> 'DRAFT'::text AND (new.unit_id <> old.unit_id OR new.severity::text <> "
        "old.severity::text OR new.title::text <> old.title::text OR new.text <> old.text OR "
        "new.recommendation <> old.recommendation OR new.events <> old.events OR new.status::text = "
        "'DRAFT'::text)) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_finding",
        "a_finding_stays_of_its_audit",
        "CREATE TRIGGER a_finding_stays_of_its_audit BEFORE UPDATE ON audits_finding FOR EACH ROW WHEN "
        "(new.audit_id <> old.audit_id OR new.number <> old.number OR new.review_id IS DISTINCT FROM "
        "old.review_id OR new.about::text <> old.about::text OR new.row_id IS DISTINCT FROM old.row_id OR "
        "new.officer_id IS DISTINCT FROM old.officer_id OR new.record_unit_id IS DISTINCT FROM "
        "old.record_unit_id OR new.drafted_by_id <> old.drafted_by_id) EXECUTE FUNCTION "
        "officers_refuse_change()",
    ),
    (
        "audits_finding",
        "what_belongs_to_an_audit_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_an_audit_is_never_deleted BEFORE DELETE ON audits_finding FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_findingentry",
        "a_turn_is_never_changed",
        "CREATE TRIGGER a_turn_is_never_changed BEFORE DELETE OR UPDATE ON audits_findingentry FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "audits_findingentry",
        "a_turn_is_taken_by_who_may",
        "CREATE CONSTRAINT TRIGGER a_turn_is_taken_by_who_may AFTER INSERT ON audits_findingentry "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audits_entry_stands()",
    ),
]


def _trigger(table, name, create):
    return migrations.RunSQL(
        [create, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"], f"DROP TRIGGER {name} ON {table}"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0001_initial"),
        ("cases", "0008_cases_guard"),
        ("ledger", "0002_capture"),
    ]

    operations = [
        *(AuditTable(f"audits_{table}") for table in TABLES),
        migrations.RunSQL(FUNCTIONS, DROP),
        *(_trigger(*one) for one in TRIGGERS),
    ]
