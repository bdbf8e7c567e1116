"""Evidence packs: what stands in the log about some records, in a ZIP that anybody can check without us."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils.translation import gettext as _

from audits.queries import pack_log
from audits.queries.pack_log import Image
from audits.queries.pack_rows import CLOSED, WITHHELD, Rows, without_withheld
from cases.actions.files import content_of
from foundation.files.limits import MIB
from ledger.canonical import canonical
from ledger.conflict import Conflict
from ledger.sealing import Head

FORMAT = 1
#: Records in one pack, bytes of what it holds, and members: a larger sample is given in parts.
MOST_RECORDS = 100
LARGEST = 200 * MIB
MOST_MEMBERS = 50_000

CHECKER = Path(settings.BASE_DIR) / "tools" / "check_pack.py"
READ_ME = Path(__file__).with_name("pack_read_me.txt")


@dataclass
class Pack:
    """What was put together: the head of the log then, the manifest's digest, and what it holds."""

    head: Head
    manifest_sha256: str
    size: int
    images: int
    events: int
    files: int


@dataclass
class _Members:
    """Members as they are written. ZIP knows many ways to say the same; this is the one that the checker takes."""

    archive: ZipFile
    listed: list[dict[str, Any]] = field(default_factory=list)
    held: int = 0

    def add(self, name: str, content: bytes) -> None:
        """:raises ValidationError: if the pack grows too large"""
        self.held += len(content)
        if self.held > LARGEST or len(self.listed) >= MOST_MEMBERS:
            raise ValidationError(
                _(
                    "A pack holds at most %(records)s records and %(size)s MB, and these records come to more. Make "
                    "packs of smaller parts, or of single records."
                )
                % {"records": MOST_RECORDS, "size": LARGEST // MIB}
            )
        info = ZipInfo(name)  # of 1980, so that the same pack is the same file
        info.create_system, info.external_attr = 3, 0o100600 << 16
        self.archive.writestr(info, content, ZIP_STORED)
        self.listed.append(
            {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        )

    def add_value(self, name: str, value: dict[str, Any]) -> None:
        self.add(name, canonical(value).encode())

    def add_lines(self, name: str, values: Iterator[dict[str, Any]]) -> int:
        lines = [canonical(value) + "\n" for value in values]
        self.add(name, "".join(lines).encode())
        return len(lines)


def build(file: IO[bytes], rows: Rows, *, moment: datetime | None, made_at: datetime, **said: Any) -> Pack:
    """Write a pack of these rows, as they stood at a moment or stand now. It is not sent before it is whole.

    :param said: what else the manifest says: of what the pack is, by whom and why
    :raises ValidationError: if it would be too large
    :raises Conflict: while an event of these records is not sealed yet
    """
    with ZipFile(file, "w", ZIP_STORED) as archive:
        members = _Members(archive)
        members.add("READ_ME.txt", READ_ME.read_bytes())
        members.add("check_pack.py", CHECKER.read_bytes())
        images, last, event_ids = _images(members, rows, moment)
        for one in rows.records:
            if one["id"] not in last.get(one["table"], {}):
                raise ValidationError(
                    {"moment": _("%(record)s was not there at this moment.") % {"record": one["reference"]}}
                )
        events = list(_events(rows, event_ids, moment))
        members.add_lines("events.ndjson", (_line(event) for event in events))
        heads, outside = _heads([event.position for event in events])
        members.add_lines("chain.ndjson", pack_log.segments([one.position for one in events], heads))
        files = list(_files(members, rows, last["cases_casefile"]))
        end = pack_log.last_head()
        manifest = {
            "format": FORMAT,
            "made_at": made_at,
            "moment": moment or made_at,
            "head": str(end),
            "heads": [{"head": str(one), "outside": outside} for one in heads],
            "records": rows.records,
            "withheld": {table: list(columns) for table, columns in WITHHELD.items()},
            "files": files,
            "members": members.listed,
            **said,
        }
        content = canonical(manifest).encode()
        digest = hashlib.sha256(content).hexdigest()
        # Its own digest stands beside it: what the manifest says of the pack itself nothing else would hold.
        members.add("manifest.json", content)
        members.add("manifest.sha256", f"{digest}  manifest.json\n".encode())
    return Pack(end, digest, file.tell(), images, len(events), sum(one["path"] is not None for one in files))


def _images(
    members: _Members, rows: Rows, moment: datetime | None
) -> tuple[int, dict[str, dict[int, dict[str, Any] | None]], set[int]]:
    """Write images and records; return how many images, the records' columns, and the events that wrote them."""
    number, event_ids, erased = 0, set(), []
    states: dict[str, dict[int, dict[str, Any] | None]] = {"cases_casefile": {}}
    for table in sorted(rows.ids):
        last: dict[int, Image] = {}
        for image in pack_log.images(table, rows.ids[table], moment):
            number += 1
            event_ids.add(image.event)
            last[image.row] = image
            if image.image is None:
                erased.append(image.change)
            members.add_value(f"images/{table}/{image.row}/{image.version}.json", _image(table, image))
        states[table] = {row: _columns(table, image) for row, image in last.items() if image.kind != "D"}
        for row, columns in states[table].items():
            members.add_value(
                f"records/{table}/{row}.json",
                {"table": table, "id": row, "version": last[row].version, "columns": columns},
            )
    return number, states, event_ids | pack_log.erasures(erased)


def _image(table: str, image: Image) -> dict[str, Any]:
    given = table not in WITHHELD
    value = {
        "table": table,
        "row": image.row,
        "version": image.version,
        "kind": image.kind,
        "change": image.change,
        "event": image.event,
        "hash": image.hash,
        "image": image.image if given else None,
        "salt": image.salt if given else None,
    }
    return value if given or image.image is None else value | {"withheld": True}


def _columns(table: str, image: Image) -> dict[str, Any] | None:
    """The row as its image has it: numbers that are not whole as their text."""
    if image.image is None:
        return None
    return without_withheld(table, json.loads(image.image, parse_float=str))


def _events(rows: Rows, event_ids: set[int], moment: datetime | None) -> Iterator[pack_log.Sealed]:
    ids = event_ids | pack_log.event_ids(rows.ids, moment)
    if waiting := pack_log.unsealed(ids):
        raise Conflict(
            _("%(count)s events of these records are not sealed yet. Try again in a moment.")
            % {"count": waiting}
        )
    for event in pack_log.events(ids):
        told = {event.columns["subject_table"], *(line[0] for line in event.changes)}
        if not told.isdisjoint(CLOSED):
            raise PermissionDenied(
                _("Event %(event)s tells of a report too: no pack is made of these records.")
                % {"event": event.columns["id"]}
            )
        yield event


def _line(event: pack_log.Sealed) -> dict[str, Any]:
    return {
        "position": event.position,
        "before": event.before,
        "digest": event.digest,
        "columns": event.columns,
        "changes": event.changes,
    }


def _heads(positions: Sequence[int]) -> tuple[list[Head], bool]:
    """Heads to which the chain is given; those kept outside the database, or else where it ends in it."""
    end = pack_log.last_head()
    # A head beyond the end of this snapshot was written since.
    kept = [
        one for one in pack_log.heads_outside(settings.HEADS_FILE, positions) if one.position <= end.position
    ]
    if positions and kept and kept[-1].position >= max(positions):
        return kept, True
    return [end], False


def _files(
    members: _Members, rows: Rows, states: dict[int, dict[str, Any] | None]
) -> Iterator[dict[str, Any]]:
    """Write the scans that were there at the moment, opened; of one that is not given out it says why."""
    for row in rows.files:
        if row.pk not in states or states[row.pk] is None:
            continue
        try:
            content = content_of(row)
        except (Http404, PermissionDenied):
            yield {"row": row.pk, "path": None, "absent": str(row.status)}
            continue
        path = f"files/cases_casefile/{row.name}"
        members.add(path, content)
        yield {"row": row.pk, "path": path, "absent": ""}
