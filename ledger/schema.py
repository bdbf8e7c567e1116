"""What the tables and functions look like, in one digest each.

`migrate` leaves it in an event, so what is changed by other hands (a constraint dropped, a policy that hides rows, a
rule, a default) no longer agrees with the log.
"""

import hashlib
import re
from collections import defaultdict

from django.db.backends.utils import CursorWrapper

SETTLED = "schema.settled"

# PostgreSQL prints a list of constants in one way as it was written, and in another after a dump was restored.
_CONSTANT = r"'(?:[^']|'')*'::character varying"
_LIST_AS_WRITTEN = re.compile(rf"\(ARRAY\[({_CONSTANT}(?:, {_CONSTANT})*)\]\)::text\[\]")
_CONSTANT_AS_RESTORED = re.compile(rf"\(({_CONSTANT})\)::text")

_LINES = """
    WITH tables AS (
      SELECT oid, relname::text AS name, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relowner, relacl
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
    ), lines (oid, line) AS (
      SELECT oid, concat_ws(' ', 'table', relkind, relpersistence, relrowsecurity, relforcerowsecurity,
                            pg_get_userbyid(relowner)) FROM tables
      UNION ALL
      -- Their order, not their numbers: a restored table has no gap where a column was dropped.
      SELECT attrelid, concat_ws(' ', 'column',
               lpad((row_number() OVER (PARTITION BY attrelid ORDER BY attnum))::text, 5), attname,
               format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated,
               pg_get_expr(d.adbin, d.adrelid), attcollation::regcollation)
      FROM pg_attribute LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
      WHERE attnum > 0 AND NOT attisdropped
      UNION ALL
      SELECT conrelid, concat_ws(' ', 'constraint', conname, pg_get_constraintdef(oid), convalidated)
      FROM pg_constraint WHERE contype <> 'n'
      UNION ALL
      SELECT indrelid, concat_ws(' ', 'index', pg_get_indexdef(indexrelid), indisvalid, indisready, indimmediate)
      FROM pg_index
      UNION ALL
      SELECT ev_class, concat_ws(' ', 'rule', pg_get_ruledef(oid), ev_enabled) FROM pg_rewrite
      UNION ALL
      SELECT polrelid, concat_ws(' ', 'policy', polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid),
               pg_get_expr(polwithcheck, polrelid)) FROM pg_policy
      UNION ALL
      SELECT inhrelid, concat_ws(' ', 'child of', inhparent::regclass) FROM pg_inherits
      UNION ALL
      SELECT inhparent, concat_ws(' ', 'parent of', inhrelid::regclass) FROM pg_inherits
      UNION ALL
      SELECT tgrelid, concat_ws(' ', 'constraint trigger', c.conname, tgfoid::regproc, tgenabled)
      FROM pg_trigger JOIN pg_constraint c ON c.oid = tgconstraint WHERE tgisinternal
      UNION ALL
      SELECT tgrelid, concat_ws(' ', pg_get_triggerdef(oid), tgenabled) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL
      SELECT oid, concat_ws(' ', 'grant', grantee::regrole, privilege_type, is_grantable)
      FROM tables CROSS JOIN LATERAL aclexplode(relacl) WHERE grantee <> relowner
      UNION ALL
      SELECT attrelid, concat_ws(' ', 'grant on', attname, grantee::regrole, privilege_type, is_grantable)
      FROM pg_attribute JOIN tables ON tables.oid = attrelid CROSS JOIN LATERAL aclexplode(attacl)
      WHERE grantee <> relowner
    )
    SELECT t.name, l.line FROM tables t JOIN lines l USING (oid)
    UNION ALL
    SELECT 'function ' || p.oid::regprocedure, concat_ws(' ', pg_get_userbyid(proowner), pg_get_functiondef(p.oid),
           (SELECT string_agg(concat_ws(' ', grantee::regrole, is_grantable), ' ' ORDER BY grantee::regrole::text)
            FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee <> proowner))
    FROM pg_proc p WHERE pronamespace = 'public'::regnamespace AND prokind <> 'a'
    UNION ALL
    SELECT 'sequence ' || seqrelid::regclass, concat_ws(' ', seqstart, seqincrement, seqmin, seqmax, seqcycle,
           pg_get_userbyid(relowner), (SELECT string_agg(a::text, ' ' ORDER BY a::text) FROM unnest(relacl) a))
    FROM pg_sequence JOIN pg_class c ON c.oid = seqrelid WHERE relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'event trigger ' || evtname, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled) FROM pg_event_trigger
    UNION ALL
    -- What initdb made has lower numbers.
    SELECT 'operator ' || oid::regoperator, oprcode::text FROM pg_operator WHERE oid >= 16384
    UNION ALL
    SELECT concat_ws(' ', 'cast', castsource::regtype, casttarget::regtype), castfunc::regproc::text
    FROM pg_cast WHERE oid >= 16384
    ORDER BY 1, 2
"""


def digests(cursor: CursorWrapper) -> dict[str, str]:
    """Table -> SHA-256 over its columns, constraints, indexes, triggers, rules, policies, kin, owner and grants.

    Functions, sequences, operators, casts and event triggers too, each by its kind and name. Settings must be pinned
    as `verification` pins them: PostgreSQL prints names and constants as they have it. A dump that is restored
    elsewhere has the same digests.
    """
    cursor.execute(_LINES)
    lines: dict[str, list[str]] = defaultdict(list)
    for table, line in cursor.fetchall():
        line = _LIST_AS_WRITTEN.sub(r"ARRAY[\1]", line)
        lines[table].append(_CONSTANT_AS_RESTORED.sub(r"\1", line))
    return {
        table: hashlib.sha256("\n".join(sorted(of_table)).encode()).hexdigest()
        for table, of_table in lines.items()
    }


def settled(cursor: CursorWrapper) -> dict[str, str] | None:
    """What the last migration left, as the log has it."""
    cursor.execute(
        """
        SELECT key, value FROM json_each_text((
          SELECT facts -> 'tables' FROM ledger_event WHERE verb = %s AND actor_role = 'migrator'
          ORDER BY id DESC LIMIT 1))
        """,
        [SETTLED],
    )
    return dict(cursor.fetchall()) or None
