"""What the tables look like, in one digest each.

`migrate` leaves it in an event, so what is changed by other hands (a constraint dropped, a policy that hides rows, a
rule, a default) no longer agrees with the log.
"""

import hashlib
from collections import defaultdict

from django.db.backends.utils import CursorWrapper

SETTLED = "schema.settled"

_LINES = """
    WITH tables AS (
      SELECT oid, relname::text AS name, relkind, relpersistence, relrowsecurity, relforcerowsecurity, relowner
      FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
    ), lines (oid, line) AS (
      SELECT oid, concat_ws(' ', 'table', relkind, relpersistence, relrowsecurity, relforcerowsecurity,
                            pg_get_userbyid(relowner)) FROM tables
      UNION ALL
      SELECT attrelid, concat_ws(' ', 'column', lpad(attnum::text, 5), attname, format_type(atttypid, atttypmod),
               attnotnull, attidentity, attgenerated, pg_get_expr(d.adbin, d.adrelid), attcollation::regcollation)
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
    )
    SELECT t.name, l.line FROM tables t JOIN lines l USING (oid) ORDER BY t.name, l.line
"""


def digests(cursor: CursorWrapper) -> dict[str, str]:
    """Table -> SHA-256 over its columns, constraints, indexes, rules, policies, kin and owner.

    PostgreSQL prints names as the search path has them: that must be `public`.
    """
    cursor.execute(_LINES)
    lines: dict[str, list[str]] = defaultdict(list)
    for table, line in cursor.fetchall():
        lines[table].append(line)
    return {table: hashlib.sha256("\n".join(of_table).encode()).hexdigest() for table, of_table in lines.items()}


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
