"""Whether the database still guards the log: triggers, functions, privileges."""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from ledger import guard
from ledger.verification.finding import Finding


def guards(cursor: CursorWrapper) -> Iterator[Finding]:
    """Triggers present, enabled always, as they should be; functions those of this release."""
    cursor.execute(
        """
        SELECT c.relname, t.tgname, pg_get_triggerdef(t.oid, true), t.tgenabled
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace s ON s.oid = c.relnamespace
        WHERE s.nspname = 'public' AND NOT t.tgisinternal
        """
    )
    found = {(table, name): rest for table, name, *rest in cursor.fetchall()}
    guarded = guard.expected_triggers()
    for table, triggers in guarded.items():
        for name, wanted in triggers.items():
            definition, enabled = found.pop((table, name), (None, None))
            if definition is None:
                yield Finding("missing-trigger", table, f"the trigger {name} is gone")
            elif definition != wanted:
                yield Finding("altered-trigger", table, f"the trigger {name} does not do what it should")
            elif enabled != "A":
                yield Finding("disabled-trigger", table, f"the trigger {name} is switched off")
    for table, name in found:
        if table in guarded:
            yield Finding("foreign-trigger", table, f"the trigger {name} does not belong there")
    cursor.execute(
        """
        SELECT p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
               encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'), p.prosecdef, coalesce(p.proconfig, '{}')
        FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
        WHERE s.nspname = 'public' AND p.proname LIKE 'ledger\\_%%'
        """
    )
    installed = {
        name: guard.Function(body, definer, frozenset(setting.lower() for setting in settings))
        for name, body, definer, settings in cursor.fetchall()
    }
    expected = guard.functions()
    for name in sorted(expected.keys() | installed.keys()):
        if installed.get(name) != expected.get(name):
            yield Finding("altered-function", name, "the function is not the one of this release")


def privileges(cursor: CursorWrapper) -> Iterator[Finding]:
    """No role has a privilege it should not have, none owns anything, and none can become another."""
    cursor.execute(
        """
        SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
        CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE s.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee <> c.relowner
        UNION
        SELECT c.relname, coalesce(r.rolname, 'PUBLIC'), x.privilege_type || ' (' || b.attname || ')'
        FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace JOIN pg_attribute b ON b.attrelid = c.oid
        CROSS JOIN LATERAL aclexplode(b.attacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
        WHERE s.nspname = 'public' AND x.grantee <> c.relowner
        """
    )
    tables = guard.expected_triggers().keys() | guard.LEDGER_GRANTS.keys() | guard.NOT_CAPTURED.keys()
    for table, role, privilege in cursor.fetchall():
        if table in tables and privilege not in guard.expected_grants(table).get(role, set()):
            yield Finding("foreign-grant", table, f"{role} may {privilege}")
    roles = [list(guard.ROLES)]
    for statement, sentence in _FOREIGN:
        cursor.execute(statement, roles)
        for where, *what in cursor.fetchall():
            yield Finding("foreign-grant", where, sentence.format(*what))


_FOREIGN = [
    (
        """
        WITH ours AS (SELECT array_append(%s::name[], 'migrator') AS names)
        SELECT m.rolname, r.rolname FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member
        JOIN pg_roles r ON r.oid = a.roleid CROSS JOIN ours
        WHERE m.rolname = ANY(names) OR (r.rolname = ANY(names) AND (a.inherit_option OR a.set_option))
        """,
        "can become {0}",
    ),
    (
        """
        SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)
        AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls)
        """,
        "has a privilege over the whole server",
    ),
    (
        """
        SELECT current_database(), r.rolname FROM pg_roles r
        WHERE r.rolname = ANY(%s) AND has_database_privilege(r.rolname, current_database(), 'CREATE')
        """,
        "{0} may make schemas there",
    ),
    (
        """
        SELECT p.parname, coalesce(r.rolname, 'PUBLIC') FROM pg_parameter_acl p
        CROSS JOIN LATERAL aclexplode(p.paracl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE r.rolname IS NULL OR r.rolname = ANY(%s)
        """,
        "{0} may set it",
    ),
    (
        """
        SELECT coalesce(r.rolname, 'every role'), setting FROM pg_db_role_setting
        CROSS JOIN LATERAL unnest(setconfig) AS setting LEFT JOIN pg_roles r ON r.oid = setrole
        WHERE (setrole = 0 OR r.rolname = ANY(%s))
        AND setting ~ '^(search_path|row_security|session_replication_role|ledger\\.)'
        """,
        "begins every session with {0}",
    ),
    (
        """
        SELECT o.name, r.rolname FROM (
          SELECT relname AS name, relowner AS owner, relnamespace AS space FROM pg_class
          UNION ALL SELECT proname, proowner, pronamespace FROM pg_proc
          UNION ALL SELECT nspname, nspowner, oid FROM pg_namespace
        ) o JOIN pg_namespace s ON s.oid = o.space JOIN pg_roles r ON r.oid = o.owner
        WHERE s.nspname = 'public' AND r.rolname = ANY(%s)
        """,
        "{0} owns it",
    ),
    (
        """
        SELECT 'public', r.rolname FROM pg_roles r
        WHERE r.rolname = ANY(%s) AND has_schema_privilege(r.rolname, 'public', 'CREATE')
        """,
        "{0} may make functions and tables there",
    ),
    (
        """
        SELECT p.proname, coalesce(r.rolname, 'PUBLIC') FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
        CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE (p.proname LIKE 'ledger\\_%%' OR (s.nspname = 'public' AND a.grantee = 0)) AND a.grantee <> p.proowner
        AND NOT coalesce(p.proname = 'ledger_erase' AND r.rolname = 'app' AND r.rolname = ANY(%s), false)
        """,
        "{0} may call it",
    ),
]
