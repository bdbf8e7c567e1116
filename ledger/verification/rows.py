"""Whether the rows are what the log says they are."""

from django.db.backends.utils import CursorWrapper

from ledger.verification.finding import Finding


def rows(cursor: CursorWrapper, table: str) -> list[Finding]:
    """Each row is its last image, in the columns that image has."""
    cursor.execute(
        "SELECT old, new, last_change FROM ledger_renaming WHERE table_name = %s ORDER BY last_change",
        [table],
    )
    renamed = cursor.fetchall()
    cursor.execute(
        f"""
        WITH last AS (
          SELECT DISTINCT ON (row_id) id, row_id, version, kind, image
          FROM ledger_change WHERE table_name = %s ORDER BY row_id, version DESC
        )
        SELECT coalesce(t.id, l.row_id), l.id, t.version, l.version, l.kind, t.id IS NOT NULL,
               to_jsonb(t), l.image::jsonb
        FROM "{table}" t FULL JOIN last l ON l.row_id = t.id
        WHERE (t.id IS NULL AND l.kind <> 'D') OR (t.id IS NOT NULL AND (
                l.row_id IS NULL OR l.kind = 'D' OR t.version <> l.version
                OR (l.image IS NOT NULL AND l.image::text <> row_to_json(t)::text)))
        ORDER BY 1
        """,
        [table],
    )
    findings = []
    for row, change, version, last, kind, there, live, image in cursor.fetchall():
        where = f"{table} {row}"
        if not there:
            findings.append(Finding("missing-row", where, "the row is gone without an event"))
        elif change is None:
            findings.append(Finding("row-without-event", where, "the row was written without an event"))
        elif kind == "D":
            findings.append(Finding("row-without-event", where, "the row is there again after its delete"))
        elif version != last:
            findings.append(Finding("row", where, f"the row has version {version}, its last image {last}"))
        elif image is not None and (columns := _differing(live, image, change, renamed)):
            findings.append(Finding("row", where, f"the row is not its last image: {', '.join(columns)}"))
    return findings


def _differing(live: dict, image: dict, change: int, renamed: list[tuple[str, str, int]]) -> list[str]:
    """Columns in which a row differs from its image, of those that both the image and the table have."""
    for old, new, last_change in renamed:
        if change <= last_change and old in image:
            image[new] = image.pop(old)
    return sorted(column for column, value in image.items() if column in live and live[column] != value)
