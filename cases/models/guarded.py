"""Triggers of the tables of a case or an audit, as PostgreSQL prints them: what is written once, what is kept, what is
asked at the end of each act. The migrations named `guard` have the functions.
"""


def deferred(name: str, table: str, function: str, when: str = "INSERT OR UPDATE") -> dict[str, str]:
    """A question that each act is asked at its end."""
    return {
        name: f"CREATE CONSTRAINT TRIGGER {name} AFTER {when} ON {table} DEFERRABLE INITIALLY DEFERRED "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    }


def frozen(name: str, table: str) -> dict[str, str]:
    """Rows that are never changed: a further attempt is a further row."""
    return _refused(name, table, "DELETE OR UPDATE")


def kept(table: str, name: str = "what_belongs_to_a_case_is_never_deleted") -> dict[str, str]:
    """Rows that stay, though some of what they say changes: they are withdrawn, voided, ended, but never gone."""
    return _refused(name, table, "DELETE")


def unchanging(name: str, table: str, **columns: str) -> dict[str, str]:
    """Rows of which these columns are never changed. A type says how PostgreSQL compares it; "?" for one that may be
    empty.
    """
    compared = " OR ".join(
        f"new.{column} IS DISTINCT FROM old.{column}"
        if kind == "?"
        else f"new.{column}{kind} <> old.{column}{kind}"
        for column, kind in columns.items()
    )
    return {
        name: f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({compared}) "
        "EXECUTE FUNCTION officers_refuse_change()"
    }


def _refused(name: str, table: str, what: str) -> dict[str, str]:
    return {
        name: f"CREATE TRIGGER {name} BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION officers_refuse_change()"
    }
