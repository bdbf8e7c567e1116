"""What the database must look like for the log to be worth anything, and the refusal to start otherwise."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ledger.models import Audited
from ledger.operations import CAPTURES

FUNCTIONS = Path(__file__).parent / "sql" / "functions.sql"

LEDGER_TRIGGERS = {
    "ledger_event": {
        "stamp": "ledger_stamp",
        "await_seal": "ledger_await_seal",
        "append_only": "ledger_refuse",
        "no_truncate": "ledger_refuse_truncate",
    },
    "ledger_change": {
        "append_only": "ledger_refuse",
        "only_erasure": "ledger_only_erasure",
        "no_truncate": "ledger_refuse_truncate",
    },
    "ledger_read": {
        "stamp": "ledger_stamp_read",
        "append_only": "ledger_refuse",
        "no_truncate": "ledger_refuse_truncate",
    },
    "ledger_seal": {"append_only": "ledger_refuse", "no_truncate": "ledger_refuse_truncate"},
    "ledger_renaming": {"append_only": "ledger_refuse", "no_truncate": "ledger_refuse_truncate"},
}

LEDGER_GRANTS = {
    "ledger_event": {"app": {"SELECT", "INSERT"}, "sequencer": {"SELECT"}, "auditor": {"SELECT"}},
    "ledger_change": {"app": {"SELECT"}, "sequencer": {"SELECT"}, "auditor": {"SELECT"}},
    "ledger_read": {"app": {"SELECT", "INSERT"}, "auditor": {"SELECT"}},
    "ledger_seal": {"app": {"SELECT"}, "sequencer": {"SELECT", "INSERT"}, "auditor": {"SELECT"}},
    "ledger_pending": {"app": {"SELECT"}, "sequencer": {"SELECT", "DELETE"}, "auditor": {"SELECT"}},
    "ledger_renaming": {"app": {"SELECT"}, "auditor": {"SELECT"}},
    "ledger_mode": {"app": {"SELECT"}, "sequencer": {"SELECT"}, "auditor": {"SELECT"}},
}

AUDITED_GRANTS = {"app": {"SELECT", "INSERT", "UPDATE", "DELETE"}, "auditor": {"SELECT"}}
UNAUDITED_GRANTS = {"app": {"SELECT", "INSERT", "UPDATE", "DELETE"}}
NO_GRANTS: dict[str, set[str]] = {}

ROLES = ("app", "sequencer", "auditor", "open_data")

NOT_CAPTURED = {
    "ledger_answer": "kept answers of idempotent requests, dropped after 24 hours",
    "ledger_follower": "how far a reader of the log has come; only delay hangs on it",
    "django_migrations": "written by Django's migrations; each is an event",
    "django_content_type": "written by Django's migrations; nothing refers to it",
    "django_session": "sign-ins under way; the acts themselves carry the actor",
    "auth_permission": "unused: roles are ours",
    "auth_group": "unused: roles are ours",
    "auth_group_permissions": "unused: roles are ours",
    "account_emailaddress": "allauth's; addresses stand on the user",
    "account_emailconfirmation": "allauth's; unused",
    "mfa_authenticator": "secrets of the second factor; must not be copied into images",
    "usersessions_usersession": "allauth's list of sign-ins, removed at sign-out",
    "officers_credential": "hashes of passwords; must not be copied into images",
    "officers_importrow": "rows of a file before an act takes them",
    "jobs_jobrun": "runs of periodic work; dropped after 90 days",
    "limits_counter": "rate limits while Redis is gone",
}


def audited_tables() -> dict[str, type[Audited]]:
    """Every table under the ledger, by name."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, Audited)}


def expected_triggers() -> dict[str, dict[str, str]]:
    """Table -> trigger -> function, as the models and the ledger want them."""
    captures = {name: re.search(r"FUNCTION (\w+)", body)[1] for name, body in CAPTURES.items()}  # type: ignore[index]
    expected = {table: dict(captures) for table in audited_tables()}
    for table, model in audited_tables().items():
        expected[table] |= getattr(model, "constraint_triggers", {})
    return expected | LEDGER_TRIGGERS


def expected_grants(table: str) -> dict[str, set[str]]:
    """Role -> privileges on a table."""
    if table in LEDGER_GRANTS:
        return LEDGER_GRANTS[table]
    if table in audited_tables():
        return AUDITED_GRANTS
    return UNAUDITED_GRANTS


def functions() -> dict[str, str]:
    """Name -> SHA-256 of the body of each of the ledger's functions, as this release has them."""
    return {
        name: hashlib.sha256(body.encode()).hexdigest()
        for name, body in re.findall(
            r"CREATE OR REPLACE FUNCTION (\w+)\(.*?AS \$\$(.*?)\$\$;", FUNCTIONS.read_text(), re.S
        )
    }


@dataclass(frozen=True)
class Position:
    """What a connection may do beyond what the application should."""

    user: str
    superuser: bool
    owner: bool


def position(connection: BaseDatabaseWrapper) -> Position:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT current_user, r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication,
                   EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                           WHERE s.nspname = 'public' AND c.relkind = 'r'
                             AND pg_has_role(current_user, c.relowner, 'MEMBER'))
                OR EXISTS (SELECT 1 FROM pg_database d WHERE d.datname = current_database()
                           AND pg_has_role(current_user, d.datdba, 'MEMBER'))
            FROM pg_roles r WHERE r.rolname = current_user
            """
        )
        return Position(*cursor.fetchone())


def refuse_owner(alias: str = "default") -> None:
    """:raises ImproperlyConfigured: if the application's role could switch the ledger off."""
    found = position(connections[alias])
    if found.superuser or found.owner:
        raise ImproperlyConfigured(
            f"The database role “{found.user}” owns the tables or is a superuser, so it could switch the log "
            "off. Start the application with a role as `manage.py roles --sql` prints it."
        )
