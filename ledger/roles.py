"""The database roles and what each may do before any table exists; migrations add what tables need."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping

ROLES = ("migrator", "app", "sequencer", "auditor", "open_data")
GUESTS = ", ".join(role for role in ROLES if role != "migrator")

# Whoever may connect could write large objects, and messages into the write-ahead log: no table's privileges keep
# him from it. Nothing here uses either.
_WITHOUT_LARGE_OBJECTS = """DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND (starts_with(proname, 'lo_') OR proname IN ('lowrite', 'loread', 'pg_logical_emit_message')) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$"""

# PostgreSQL tells everybody how many rows each table and each index has, how much is written, and who else is there:
# the public's role would learn how many complaints there are without reading one. It needs none of this.
_SIZES = """DO $$ DECLARE f regprocedure; BEGIN
  REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC;
  GRANT SELECT ON pg_catalog.pg_class TO migrator, app, sequencer, auditor, pg_monitor;
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
    AND (starts_with(proname, 'pg_stat_get_') OR starts_with(proname, 'pg_current_wal_') OR proname IN (
      'pg_relation_size', 'pg_table_size', 'pg_indexes_size', 'pg_total_relation_size', 'pg_database_size',
      'pg_current_xact_id', 'pg_current_snapshot', 'txid_current', 'txid_current_snapshot', 'pg_lock_status')) LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO migrator, app, sequencer, auditor, pg_monitor', f);
  END LOOP;
END $$"""


def role_statements(passwords: Mapping[str, str] | None = None) -> list[str]:
    """Make the roles, or bring them back to what they should be; a role without one of `passwords` keeps its own."""
    made = []
    for role in ROLES:
        made.append(f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
        plain = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
        password = f" PASSWORD {_literal(passwords[role])}" if passwords and role in passwords else ""
        made.append(f"ALTER ROLE {role} {plain}{password}")
    return made


def entry_statements(database: str) -> list[str]:
    """Who may enter `database`. A clone does not inherit this from its template."""
    name = _identifier(database)
    return [
        f"REVOKE ALL ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {name} TO {GUESTS}",
        f"GRANT TEMPORARY ON DATABASE {name} TO app",
    ]


def grant_statements(database: str) -> list[str]:
    """What the roles may do in `database`, owned by `migrator`; to be run inside it.

    `app` reads and writes the tables that `migrator` will make, unless a migration takes that away again
    (the ledger does). The other roles get nothing until a migration gives it.
    """
    return [
        *entry_statements(database),
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"GRANT USAGE ON SCHEMA public TO {GUESTS}",
        "ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA public "
        "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app",
        "ALTER DEFAULT PRIVILEGES FOR ROLE migrator IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app",
        _WITHOUT_LARGE_OBJECTS,
        _SIZES,
    ]


def database_statement(database: str) -> str:
    """Make the database. It compares by code point: Khmer order comes from stored sort keys."""
    return (
        f"CREATE DATABASE {_identifier(database)} OWNER migrator ENCODING 'UTF8' "
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C' TEMPLATE template0"
    )


def missing_database_query(database: str) -> str:
    """What psql's `\\gexec` makes the database by, where it is not there yet."""
    there = f"SELECT FROM pg_database WHERE datname = {_literal(database)}"
    return f"SELECT {_literal(database_statement(database))} WHERE NOT EXISTS ({there})"


def statements(database: str, passwords: Mapping[str, str] | None = None) -> list[str]:
    """All that a superuser runs on a new server, in order; the grants belong inside the new database."""
    return [*role_statements(passwords), database_statement(database), *grant_statements(database)]


def verifier(password: str) -> str:
    """What PostgreSQL keeps of a password (RFC 5803), so that the password itself need not be written anywhere."""
    salt, rounds = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, rounds)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    text = [base64.b64encode(part).decode() for part in (salt, stored, server)]
    return f"SCRAM-SHA-256${rounds}:{text[0]}${text[1]}:{text[2]}"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
