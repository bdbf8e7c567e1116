"""Cases under the ledger, and with the rules that look at other rows: who took part, and what each step rests on.

Triggers end every act by asking what it leaves behind; so no page, program or statement of the application's role gets
past them. They are as the models print them.
"""

from pathlib import Path

from django.db import migrations

from ledger.operations import AuditTable

FUNCTIONS = Path(__file__).with_suffix(".sql").read_text()

DROP = """
DROP FUNCTION cases_officer_stands();
DROP FUNCTION cases_status_stands();
DROP FUNCTION cases_check_times(cases_case, cases_case);
DROP FUNCTION cases_next(text);
DROP FUNCTION cases_delegation_stands();
DROP FUNCTION cases_review_stands();
DROP FUNCTION cases_suspension_stands();
DROP FUNCTION cases_statement_stands();
DROP FUNCTION cases_notice_told();
DROP FUNCTION cases_appeal_stands();
DROP FUNCTION cases_entry_stands();
DROP FUNCTION cases_measure_reversed();
DROP FUNCTION cases_measure_stands();
DROP FUNCTION cases_check_officer(bigint);
DROP FUNCTION cases_reference(bigint);
DROP FUNCTION cases_measure_known();
DROP FUNCTION cases_line_stands();
DROP FUNCTION cases_order_stands();
DROP FUNCTION cases_check_order(bigint);
DROP FUNCTION cases_decision_stands();
DROP FUNCTION cases_opinion_stands();
DROP FUNCTION cases_newest_proposal(bigint);
DROP FUNCTION cases_check_shape(bigint, text, text);
DROP FUNCTION cases_newest_notice(bigint, text);
DROP FUNCTION cases_proposal_stands();
DROP FUNCTION cases_people_of_case();
DROP FUNCTION cases_extract_stands();
DROP FUNCTION cases_ground_stands();
DROP FUNCTION cases_check_now(timestamptz);
DROP FUNCTION cases_is_lesser(text, text, integer, text, text, integer);
DROP FUNCTION cases_gravity(text);
DROP FUNCTION cases_rank_order(text);
DROP FUNCTION cases_today();
DROP FUNCTION cases_least_height(bigint, text, date);
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
        "cases_case",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_case FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casebar",
        "a_declared_conflict_is_never_changed",
        "CREATE TRIGGER a_declared_conflict_is_never_changed BEFORE DELETE OR UPDATE ON cases_casebar FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_delegation",
        "a_delegation_is_given_by_the_authority",
        "CREATE CONSTRAINT TRIGGER a_delegation_is_given_by_the_authority AFTER INSERT ON cases_delegation "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_delegation_stands()",
    ),
    (
        "cases_delegation",
        "a_delegation_is_never_rewritten",
        "CREATE TRIGGER a_delegation_is_never_rewritten BEFORE UPDATE ON cases_delegation FOR EACH ROW WHEN "
        "(new.giver_id <> old.giver_id OR new.taker_id <> old.taker_id OR new.unit_id <> old.unit_id OR "
        "new.paper::text <> old.paper::text OR new.starts_on <> old.starts_on OR new.ends_on <> old.ends_on "
        "OR new.given_at <> old.given_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_delegation",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_delegation FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_extract",
        "an_extract_is_checked_by_who_may",
        "CREATE CONSTRAINT TRIGGER an_extract_is_checked_by_who_may AFTER INSERT OR UPDATE ON cases_extract "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_extract_stands()",
    ),
    (
        "cases_extract",
        "an_extract_is_never_rewritten",
        "CREATE TRIGGER an_extract_is_never_rewritten BEFORE UPDATE ON cases_extract FOR EACH ROW WHEN "
        "(new.text <> old.text OR new.complaint_id <> old.complaint_id OR new.case_id <> old.case_id OR "
        "new.drafted_by_id <> old.drafted_by_id OR new.drafted_at <> old.drafted_at) EXECUTE FUNCTION "
        "officers_refuse_change()",
    ),
    (
        "cases_extract",
        "an_extract_is_checked_once",
        "CREATE TRIGGER an_extract_is_checked_once BEFORE UPDATE ON cases_extract FOR EACH ROW WHEN "
        "(old.status::text <> 'DRAFT'::text) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_extract",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_extract FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
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
        "new.article::text <> old.article::text OR new.happened_on IS DISTINCT FROM old.happened_on OR "
        "new.until IS DISTINCT FROM old.until OR new.court::text <> old.court::text OR new.judgment::text <> "
        "old.judgment::text OR new.added_by_id IS DISTINCT FROM old.added_by_id OR new.added_at <> "
        "old.added_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_ground",
        "a_ground_ends_once",
        "CREATE TRIGGER a_ground_ends_once BEFORE UPDATE ON cases_ground FOR EACH ROW WHEN (old.status::text "
        "= 'WITHDRAWN'::text OR old.status::text = 'FALLEN'::text AND new.status::text = 'STANDING'::text) "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_ground",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_ground FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_paper",
        "a_paper_is_never_changed",
        "CREATE TRIGGER a_paper_is_never_changed BEFORE DELETE OR UPDATE ON cases_paper FOR EACH ROW EXECUTE "
        "FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casenotice",
        "a_notice_is_told_by_a_proof",
        "CREATE CONSTRAINT TRIGGER a_notice_is_told_by_a_proof AFTER INSERT OR UPDATE ON cases_casenotice "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_notice_told()",
    ),
    (
        "cases_casenotice",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_casenotice FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casestatement",
        "an_officer_is_heard_in_his_time",
        "CREATE CONSTRAINT TRIGGER an_officer_is_heard_in_his_time AFTER INSERT ON cases_casestatement "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_statement_stands()",
    ),
    (
        "cases_casestatement",
        "a_case_statement_is_never_changed",
        "CREATE TRIGGER a_case_statement_is_never_changed BEFORE DELETE OR UPDATE ON cases_casestatement FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_extension",
        "an_extension_is_never_changed",
        "CREATE TRIGGER an_extension_is_never_changed BEFORE DELETE OR UPDATE ON cases_extension FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_suspension",
        "a_suspension_is_ordered_by_a_second_person",
        "CREATE CONSTRAINT TRIGGER a_suspension_is_ordered_by_a_second_person AFTER INSERT OR UPDATE ON "
        "cases_suspension DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "cases_suspension_stands()",
    ),
    (
        "cases_suspension",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_suspension FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_suspensionreview",
        "a_suspension_is_reviewed_by_a_second_person",
        "CREATE CONSTRAINT TRIGGER a_suspension_is_reviewed_by_a_second_person AFTER INSERT ON "
        "cases_suspensionreview DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "cases_review_stands()",
    ),
    (
        "cases_suspensionreview",
        "a_review_of_a_suspension_is_never_changed",
        "CREATE TRIGGER a_review_of_a_suspension_is_never_changed BEFORE DELETE OR UPDATE ON "
        "cases_suspensionreview FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_prosecution",
        "a_referral_is_never_rewritten",
        "CREATE TRIGGER a_referral_is_never_rewritten BEFORE UPDATE ON cases_prosecution FOR EACH ROW WHEN "
        "(new.case_id <> old.case_id OR new.court::text <> old.court::text OR new.number::text <> "
        "old.number::text OR new.sent_on <> old.sent_on OR new.sent_by_id <> old.sent_by_id) EXECUTE FUNCTION "
        "officers_refuse_change()",
    ),
    (
        "cases_prosecution",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_prosecution FOR EACH "
        "ROW EXECUTE FUNCTION officers_refuse_change()",
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
        "old.effective_on OR new.registered_by_id <> old.registered_by_id OR new.registered_at <> "
        "old.registered_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_order",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_order FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_orderline",
        "a_line_is_verified_with_its_order",
        "CREATE CONSTRAINT TRIGGER a_line_is_verified_with_its_order AFTER INSERT OR UPDATE ON "
        "cases_orderline DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_line_stands()",
    ),
    (
        "cases_orderline",
        "a_line_is_never_rewritten",
        "CREATE TRIGGER a_line_is_never_rewritten BEFORE UPDATE ON cases_orderline FOR EACH ROW WHEN "
        "(new.case_id <> old.case_id OR new.order_id <> old.order_id OR new.decision_id <> old.decision_id) "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_orderline",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_orderline FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
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
        "cases_measure",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_measure FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_appeal",
        "an_appeal_is_decided_by_who_had_no_part",
        "CREATE CONSTRAINT TRIGGER an_appeal_is_decided_by_who_had_no_part AFTER INSERT OR UPDATE ON "
        "cases_appeal DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION cases_appeal_stands()",
    ),
    (
        "cases_appeal",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_appeal FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_earliermeasure",
        "an_earlier_measure_is_known_from_now_on",
        "CREATE TRIGGER an_earlier_measure_is_known_from_now_on BEFORE INSERT ON cases_earliermeasure FOR "
        "EACH ROW EXECUTE FUNCTION cases_measure_known()",
    ),
    (
        "cases_earliermeasure",
        "an_earlier_measure_is_never_rewritten",
        "CREATE TRIGGER an_earlier_measure_is_never_rewritten BEFORE UPDATE ON cases_earliermeasure FOR EACH "
        "ROW WHEN (new.kind::text <> old.kind::text OR new.effective_on <> old.effective_on OR "
        "new.instrument::text <> old.instrument::text OR new.number::text <> old.number::text OR "
        "new.signed_on IS DISTINCT FROM old.signed_on OR new.source::text <> old.source::text OR new.known_at "
        "<> old.known_at) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_earliermeasure",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_earliermeasure FOR "
        "EACH ROW EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casefile",
        "a_scan_is_never_exchanged",
        "CREATE TRIGGER a_scan_is_never_exchanged BEFORE UPDATE ON cases_casefile FOR EACH ROW WHEN "
        "(new.paper_id IS DISTINCT FROM old.paper_id OR new.order_id IS DISTINCT FROM old.order_id OR "
        "new.kind::text <> old.kind::text OR new.size <> old.size OR new.sha256::text <> old.sha256::text OR "
        "new.stored_as::text <> old.stored_as::text) EXECUTE FUNCTION officers_refuse_change()",
    ),
    (
        "cases_casefile",
        "what_belongs_to_a_case_is_never_deleted",
        "CREATE TRIGGER what_belongs_to_a_case_is_never_deleted BEFORE DELETE ON cases_casefile FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
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
    (
        "officers_registerentry",
        "an_entry_says_what_is_in_force",
        "CREATE CONSTRAINT TRIGGER an_entry_says_what_is_in_force AFTER INSERT OR UPDATE ON "
        "officers_registerentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
        "cases_entry_stands()",
    ),
    (
        "officers_registerentry",
        "an_entry_is_never_deleted",
        "CREATE TRIGGER an_entry_is_never_deleted BEFORE DELETE ON officers_registerentry FOR EACH ROW "
        "EXECUTE FUNCTION officers_refuse_change()",
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
