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

_APPEND_ONLY = {
    "append_only": "BEFORE DELETE OR UPDATE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
    "no_truncate": CAPTURES["no_truncate"],
}

# As PostgreSQL prints them, like those of an audited table in `ledger.operations`.
LEDGER_TRIGGERS = {
    "ledger_event": {
        **_APPEND_ONLY,
        "stamp": "BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION ledger_stamp()",
        "await_seal": "AFTER INSERT ON {t} REFERENCING NEW TABLE AS n FOR EACH STATEMENT "
        "EXECUTE FUNCTION ledger_await_seal()",
    },
    "ledger_change": {
        "append_only": "BEFORE DELETE ON {t} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()",
        "only_erasure": "AFTER UPDATE ON {t} REFERENCING OLD TABLE AS o NEW TABLE AS n "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_only_erasure()",
        "no_truncate": CAPTURES["no_truncate"],
    },
    "ledger_read": {
        **_APPEND_ONLY,
        "stamp": "BEFORE INSERT ON {t} FOR EACH ROW EXECUTE FUNCTION ledger_stamp_read()",
    },
    "ledger_seal": _APPEND_ONLY,
    "ledger_renaming": _APPEND_ONLY,
}

# Columns that `app` may give. Neither the id nor the database's time is among them.
_GIVEN = {
    "ledger_event": "actor_id actor_name actor_role verb subject_table subject_id cause_id reason facts "
    "occurred_at request_id",
    "ledger_read": "actor_id actor_name actor_role table_name row_id fields what reason detail request_id",
}
_GIVES = {table: {f"INSERT ({column})" for column in columns.split()} for table, columns in _GIVEN.items()}

LEDGER_GRANTS = {
    "ledger_event": {
        "app": {"SELECT"} | _GIVES["ledger_event"],
        "sequencer": {"SELECT"},
        "auditor": {"SELECT"},
    },
    "ledger_change": {"app": {"SELECT"}, "sequencer": {"SELECT"}, "auditor": {"SELECT"}},
    "ledger_read": {"app": {"SELECT"} | _GIVES["ledger_read"], "auditor": {"SELECT"}},
    "ledger_seal": {"app": {"SELECT"}, "sequencer": {"SELECT", "INSERT", "MAINTAIN"}, "auditor": {"SELECT"}},
    "ledger_pending": {"app": {"SELECT"}, "sequencer": {"SELECT", "DELETE"}, "auditor": {"SELECT"}},
    "ledger_renaming": {"app": {"SELECT"}, "auditor": {"SELECT"}},
    "ledger_mode": {"app": {"SELECT"}, "sequencer": {"SELECT"}, "auditor": {"SELECT"}},
    "django_migrations": {"app": {"SELECT"}},
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
    "officers_credential": "hashes of passwords, must not be copied into images; what ends sessions",
    "officers_keyuse": "the hour in which an API key was last used; an event for each request would bury the log",
    "officers_notice": "who was told of an event, which is captured; read or not explains no row",
    "officers_importrow": "rows of a file before an act takes them",
    "officers_plannedsheet": "sheets of a file before an act opens them",
    "officers_importprogress": "how far a worker has come with a file; only a display hangs on it",
    "cases_intakeitem": "what reporters sent, before the hourly act; an event for each would tell when it came",
    "cases_flag": "each follows from the days of a complaint, which are captured; the sweep would find it again",
    "audits_correctiondrop": "what the public says is wrong, before the hourly act; as the box of reports",
    "audits_countedcomplaints": "sums over complaints, which are captured; written once, and never changed or shown",
    "audits_openchange": "the feed of what is public, written by triggers; each line names its event",
    "audits_openmeasure": "public, and in the feed: each change of it is a line there, which names its event",
    "audits_opencomplaints": "public, and in the feed",
    "audits_openinaction": "public, and in the feed",
    "audits_opencategory": "public, and in the feed",
    "audits_opentests": "public, and in the feed",
    "audits_opencoverage": "public, and in the feed",
    "audits_openunit": "public, and in the feed",
    "audits_openplace": "public, and in the feed",
    "audits_openrelease": "public, and in the feed",
    "audits_openseries": "public, and in the feed",
    "audits_opennotice": "names that are public for a time: once taken down they must stand in no image",
    "audits_opencorrection": "public, and in the feed",
    "audits_openkeylink": "links that were mailed, forgotten within a day; the key that comes of one is captured",
    "jobs_alarm": "alarms about the machinery; dropped after 90 days",
    "jobs_jobrun": "runs of periodic work; dropped after 90 days",
    "limits_counter": "rate limits while Redis is gone",
}


def audited_tables() -> dict[str, type[Audited]]:
    """Every table under the ledger, by name."""
    return {model._meta.db_table: model for model in apps.get_models() if issubclass(model, Audited)}


def expected_triggers() -> dict[str, dict[str, str]]:
    """Table -> trigger -> its definition as PostgreSQL prints it, as the models and the ledger want it.

    A model whose rule is a constraint trigger names it in `constraint_triggers`, with its whole definition.
    """
    expected: dict[str, dict[str, str]] = {}
    for table, triggers in (dict.fromkeys(audited_tables(), CAPTURES) | LEDGER_TRIGGERS).items():
        expected[table] = {
            name: f"CREATE TRIGGER {name} {body.format(t=table)}" for name, body in triggers.items()
        }
    for model in apps.get_models():
        if named := getattr(model, "constraint_triggers", None):
            expected.setdefault(model._meta.db_table, {}).update(named)
    return expected


def expected_grants(table: str) -> dict[str, set[str]]:
    """Role -> privileges on a table. A model of which more is to be said has `table_grants`."""
    if table in LEDGER_GRANTS:
        return LEDGER_GRANTS[table]
    if table in (named := _named_grants()):
        return named[table]
    if table in audited_tables():
        return AUDITED_GRANTS
    return UNAUDITED_GRANTS


def _named_grants() -> dict[str, dict[str, set[str]]]:
    return {
        model._meta.db_table: grants
        for model in apps.get_models()
        if (grants := getattr(model, "table_grants", None))
    }


@dataclass(frozen=True)
class Function:
    """What of a function counts: its body, whose rights it runs with, and its own settings."""

    body: str
    definer: bool
    settings: frozenset[str]


def functions() -> dict[str, Function]:
    """The ledger's functions as this release has them, by `name(arguments)`."""
    return {
        f"{name}({arguments})": Function(
            hashlib.sha256(body.encode()).hexdigest(),
            "SECURITY DEFINER" in head,
            frozenset(f"{key}={value}".lower() for key, value in _SETTING.findall(" ".join(head.split()))),
        )
        for name, arguments, head, body in _FUNCTION.findall(FUNCTIONS.read_text())
    }


_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION (\w+)\((.*?)\)(.*?)AS \$\$(.*?)\$\$;", re.S)
_SETTING = re.compile(r"SET (\w+) = '?(.+?)'?(?= SET |\s*$)")


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
