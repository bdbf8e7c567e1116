"""Files with a report: taken from a person and held, entered with what they belong to, checked, and read."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any, BinaryIO

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from cases import rules
from cases.lifecycles import advance
from cases.models import Case, CaseFile, Complaint, ComplaintFile, Deed, Message, Order, Paper
from cases.models.files import KeptFile
from foundation.files import cleaned, drop, keep, kept_path, kept_size
from foundation.files.limits import MIB
from foundation.jobs.hints import hint
from ledger import clock
from ledger.acting import act, record, recording
from officers.actions.sealing import seal, seal_bytes, unseal, unseal_bytes

#: Folders of files that belong to nothing yet, and of those that were entered.
HELD, ENTERED = "held", "complaints"
#: Files with one report, with one message, and with one action.
MOST = 5
#: Bytes of all that is held: what strangers send and never use must not fill the disk.
ROOM = 2048 * MIB
#: Of one as it lies on the disk. What is drawn anew can be larger than what came.
LARGEST_SEALED = 128 * MIB
TASK = "cases.tasks.check_file"
S = KeptFile.Status


@dataclass(frozen=True)
class Held:
    """A cleaned file that belongs to nothing yet; `size` in bytes."""

    name: str
    kind: str
    size: int
    sha256: str

    @property
    def token(self) -> str:
        """What a form or a program hands in later in its place; only our keys open it."""
        return seal({"for": "file", **asdict(self)}).decode()

    @property
    def words(self) -> str:
        return str(KeptFile.Kind(self.kind).label)


def hold(upload: File | BinaryIO) -> Held:
    """Clean a file and keep it until what it belongs to is sent; within three days it is removed.

    Not an act: it writes no row, and the log must not tell when a reporter came.

    :raises ValidationError: if it is not taken, or no room is left
    """
    made = cleaned(upload)
    if kept_size(HELD) + len(made.content) > ROOM:
        raise ValidationError(
            _(
                "There is no room for files just now. Send the report without it, and add it later by receipt."
            ),
            code="file_room",
        )
    kept = keep(BytesIO(seal_bytes(made.content)), HELD, limit=LARGEST_SEALED, by_day=True)
    return Held(kept.name, str(made.kind), len(made.content), sha256(made.content).hexdigest())


@act
def hand_in(actor: Any, upload: File | BinaryIO) -> Held:
    """The same for somebody whom we know, so that it is held once for each Idempotency-Key.

    :raises PermissionDenied: unless the actor may hand in reports
    """
    if not rules.hands_in(actor):
        raise PermissionDenied(_("You do not hand in reports."))
    return _held_for(actor, upload)


@act
def hand_in_scan(actor: Any, upload: File | BinaryIO) -> Held:
    """The same for the scan of a paper in a case, or of a signed order.

    :raises PermissionDenied: unless the actor works on cases or registers orders
    """
    if not rules.adds_scans(actor):
        raise PermissionDenied(_("You add no papers to cases or orders."))
    return _held_for(actor, upload)


def _held_for(actor: Any, upload: File | BinaryIO) -> Held:
    one = hold(upload)
    with recording("file.held", actor=actor, kind=one.kind, size=one.size):
        return one


def held(tokens: Iterable[str]) -> list[Held]:
    """What tokens stand for, each once.

    :raises ValidationError: for one that is none of ours
    """
    found = []
    for token in dict.fromkeys(tokens):
        try:
            said = unseal(token.encode())
        except (InvalidToken, UnicodeEncodeError):
            raise ValidationError({"files": _gone()}) from None
        if said.pop("for", None) != "file":
            raise ValidationError({"files": _gone()})
        found.append(Held(**said))
    return found


def is_there(token: str) -> bool:
    """Whether what a token of ours stands for is still held."""
    return all(kept_path(HELD, one.name).is_file() for one in held([token]))


def check_held(files: Sequence[Held]) -> None:
    """:raises ValidationError: if they are too many, or one is there no more"""
    if len(files) > MOST:
        raise ValidationError({"files": _("At most %(limit)s files can be added.") % {"limit": MOST}})
    if not all(kept_path(HELD, one.name).is_file() for one in files):
        raise ValidationError({"files": _gone()})


def _gone() -> str:
    return _("A file that you added is there no more. Add it again.")


def entered(
    files: Sequence[Held],
    complaint: Complaint,
    *,
    message: Message | None = None,
    deed: Deed | None = None,
    by: Any = None,
) -> list[ComplaintFile]:
    """The rows of files that are entered with something, to be saved with it. For acts.

    Each is written anew, since the disk tells when a file was made: of one that a reporter sent that is now the hour of
    the act. One that is lost keeps no report from being entered, and is there as lost.
    """
    return [
        _placed(ComplaintFile(complaint=complaint, message=message, deed=deed, by=by), one) for one in files
    ]


def scanned(
    files: Sequence[Held], *, by: Any, paper: Paper | None = None, order: Order | None = None
) -> list[CaseFile]:
    """The same for the scans of a paper in a case, or of an order. For acts."""
    return [_placed(CaseFile(paper=paper, order=order, by=by), one) for one in files]


def _placed[F: KeptFile](row: F, one: Held) -> F:
    row.kind, row.size, row.sha256, row.stored_as = one.kind, one.size, one.sha256, one.name
    row.entered_at = clock.now()
    try:
        sealed = kept_path(HELD, one.name).read_bytes()
    except FileNotFoundError:
        row.status = S.LOST
        return row
    row.stored_as = keep(BytesIO(sealed), ENTERED, limit=LARGEST_SEALED, by_day=True).name
    transaction.on_commit(lambda: drop(HELD, one.name))
    if not settings.CLAMD:
        row.status, row.checked_by = S.CLEARED, KeptFile.Check.CONTENT
    return row


def check_soon(files: Iterable[KeptFile]) -> None:
    """Have saved files checked without waiting for the sweeper."""
    for row in files:
        if row.status == S.WAITING:
            hint(TASK, file_id=row.pk, of=row._meta.model_name)


@act
def judge(
    actor: Any, file_id: int, *, found: str, of: type[Any] = ComplaintFile, version: int | None = None
) -> KeptFile:
    """Clear a file in which the antivirus found nothing, or keep it away for good. For the clock.

    :param found: what it found, in its own words
    :param of: whose file it is: `ComplaintFile` or `CaseFile`
    """
    row = of.objects.lock(file_id, version=version)
    advance(row, "condemn" if found else "clear", by=actor)
    row.checked_by, row.finding = KeptFile.Check.ANTIVIRUS, found[:200]
    if not found:
        return record(row, "file.cleared", actor=actor)
    # Who is told is led to what it belongs to.
    with recording("file.found_infected", actor=actor, subject=belongs_to(row)):
        row.save()
    return row


def belongs_to(row: KeptFile) -> Complaint | Case | Order:
    if isinstance(row, CaseFile):
        return row.paper.case if row.paper else row.order  # type: ignore[return-value]
    return row.complaint  # type: ignore[attr-defined]


def content_of(row: KeptFile) -> bytes:
    """What is given out of a file.

    :raises PermissionDenied: unless it is cleared
    :raises Http404: if it is not what was entered
    """
    if row.status != S.CLEARED:
        raise PermissionDenied(
            _("This file is not given out: %(status)s.") % {"status": row.get_status_display()}
        )
    return stored(row)


def stored(row: KeptFile) -> bytes:
    """The same, whatever its status: for the check itself.

    :raises Http404: if it is lost, or is not what was entered
    """
    try:
        content = unseal_bytes(kept_path(ENTERED, row.stored_as).read_bytes())
    except (FileNotFoundError, InvalidToken):
        raise Http404 from None
    if sha256(content).hexdigest() != row.sha256:
        raise Http404
    return content
