"""Which event is told to whom. A follower of the log (`tasks.tell`) reads it; `mailing` sends what goes by mail."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.http import int_to_base36
from django.utils.translation import gettext_lazy as _

from ledger.models import Change, Event
from officers.actions.imports import CHUNK
from officers.actions.notices import give
from officers.models import ApiKey, Import, RoleAssignment, Sheet, Unit, User
from officers.models.users import Role
from officers.queries.notices import Kind, Links, declare

#: From so many recovery codes on a mail says to make new ones.
FEW_CODES = 3


def _page(name: str) -> Links:
    """The same page of one's own, whichever record it is."""
    return lambda _user, ids: dict.fromkeys(ids, reverse(name))


def _sheets(user: User, ids: set[int]) -> dict[int, str]:
    seen = Sheet.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse("sheet", args=[pk]) for pk in seen}


def _imports(user: User, ids: set[int]) -> dict[int, str]:
    seen = Import.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse("import", args=[pk]) for pk in seen}


_account, _keys, _factors = _page("me"), _page("keys"), _page("mfa_index")


@dataclass(frozen=True)
class Notice:
    """What is told of an event: to which users (by id), under which subject, in which template's words.

    `also_to` adds addresses that are not the user's present one. What the clock does is told only where
    `of_the_clock` says so: reminders, but not what is set up from the command line. What `can_wait` comes by mail
    as the user likes; what somebody does to an account is mailed at once, or its owner might not hear of it.
    """

    to: Callable[[Event], list[int]]
    subject: str | Promise
    template: str
    context: Callable[[Event, User], dict[str, Any]] = lambda _event, _user: {}
    also_to: Callable[[Event], list[str]] = lambda _event: []
    of_the_clock: bool = False
    links: Links = _account
    can_wait: bool = False


def _subject(event: Event) -> list[int]:
    return [event.subject_id] if event.subject_id is not None else []


def _holder(event: Event) -> list[int]:
    """Of an event about a role: whose it is."""
    facts: Any = event.facts
    return [int(facts["user"])]


def _who_acted(event: Event) -> list[int]:
    return [event.actor_id] if event.actor_id is not None else []


def _owner(event: Event) -> list[int]:
    """Of an event about an API key: whose it is, unless he did it himself."""
    key = ApiKey.objects.get(pk=cast(int, event.subject_id))
    return [key.user_id] if key.user_id != event.actor_id else []


def _about_key(event: Event, _user: User) -> dict[str, Any]:
    key = ApiKey.objects.get(pk=cast(int, event.subject_id))
    return {"key": key, "link": settings.PUBLIC_URL + reverse("keys")}


def _about_factor(event: Event, _user: User) -> dict[str, Any]:
    """Which kind it was, and how many recovery codes are left where that is told."""
    facts = cast(dict[str, Any], event.facts)
    return {
        "app": facts.get("kind") == "totp",
        "left": facts.get("left"),
        "few": facts.get("left", FEW_CODES + 1) <= FEW_CODES,
        "link": settings.PUBLIC_URL + reverse("mfa_index"),
    }


def _administrators(event: Event) -> list[int]:
    """Of an event about a sheet: its administrator, or all of its unit where he may not sign in any more."""
    sheet = _sheet(event)
    if sheet.administrator.is_active:
        return [sheet.administrator_id]
    held = RoleAssignment.objects.current().filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return sorted({one.user_id for one in held.select_related("unit") if one.unit.contains(sheet.unit)})


def _sheet(event: Event) -> Sheet:
    return Sheet.objects.select_related("unit", "administrator").get(pk=cast(int, event.subject_id))


def _about_sheet(event: Event, _user: User) -> dict[str, Any]:
    sheet, facts = _sheet(event), cast(dict[str, Any], event.facts)
    return {
        "sheet": sheet,
        "number": len(facts.get("tests", [])),
        "link": settings.PUBLIC_URL + reverse("sheet", args=[sheet.pk]),
    }


def _of_laboratory(event: Event) -> list[int]:
    """Of an event about a laboratory: who works for it."""
    laboratory = Unit.objects.get(pk=cast(int, event.subject_id))
    held = RoleAssignment.objects.current().filter(role=Role.LABORATORY, user__is_active=True)
    return sorted({one.user_id for one in held.select_related("unit") if one.unit.contains(laboratory)})


def _counted(event: Event, _user: User) -> dict[str, Any]:
    """How many wait, by what is to be done: numbers only, since a mail is read by others too."""
    facts = cast(dict[str, Any], event.facts)
    waiting = {name: len(ids) for name, ids in facts.items() if isinstance(ids, list)}
    page = "laboratory" if "specimens" in waiting else "reviews"
    if set(waiting) == {"unsettled"}:
        page = "custody_problems"
    return {"waiting": waiting, "link": settings.PUBLIC_URL + reverse(page)}


def _link(_event: Event, user: User) -> dict[str, Any]:
    """The link for setting a password, made when the mail is: it works for three days, and once."""
    key = {"uidb36": int_to_base36(user.pk), "key": default_token_generator.make_token(user)}
    return {"link": settings.PUBLIC_URL + reverse("account_reset_password_from_key", kwargs=key)}


def _role(event: Event, _user: User) -> dict[str, Any]:
    role: Any = event.subject_id
    held = RoleAssignment.objects.select_related("unit").get(pk=role)
    unit: Unit = held.unit
    return {"role": Role(held.role).label, "unit": unit.name}


def _uploader(event: Event) -> list[int]:
    """Of an event about a file: whose it is. He waits for what took long, and for what went wrong."""
    file = _file(event)
    is_quick = event.verb == "import.checked" and file.rows <= CHUNK
    return [] if is_quick else [file.uploaded_by_id]


def _file(event: Event) -> Import:
    return Import.objects.get(pk=cast(int, event.subject_id))


def _about_file(event: Event, user: User) -> dict[str, Any]:
    file = _file(event)
    return {
        "verb": event.verb,
        "file": file,
        "problem": file.problem.get(user.language, ""),
        "link": settings.PUBLIC_URL + reverse("import", args=[file.pk]),
    }


def _former_address(event: Event) -> list[str]:
    """Where mails went before this event, if that changed: whoever takes over an account changes it first."""
    now = event.changes.filter(table_name=User._meta.db_table).first()
    if now is None:
        return []
    before = Change.objects.filter(
        table_name=now.table_name, row_id=now.row_id, version=now.version - 1
    ).first()
    addresses = [_address(one) for one in (before, now)]
    return [addresses[0]] if addresses[0] not in ("", addresses[1]) else []


def _address(change: Change | None) -> str:
    """The address in an image; none in one that was erased."""
    image: Any = change.image if change else None
    return str(image["email"]) if image else ""


NOTICES = {
    "user.created": Notice(_subject, _("Your account"), "invited", _link),
    "user.invited": Notice(_subject, _("A link for setting your password"), "invited", _link),
    "user.updated": Notice(_subject, _("Your account was changed"), "changed", also_to=_former_address),
    "user.password_set": Notice(_subject, _("Your password was set"), "password"),
    "user.suspended": Notice(_subject, _("Your account is suspended"), "suspended"),
    "user.restored": Notice(_subject, _("Your account is restored"), "restored"),
    "role.granted": Notice(_holder, _("You were given a role"), "role_granted", _role),
    "role.ended": Notice(_holder, _("A role of yours has ended"), "role_ended", _role),
    "user.second_factor_added": Notice(
        _subject,
        _("A second factor was added to your account"),
        "factor_added",
        _about_factor,
        links=_factors,
    ),
    "user.second_factor_removed": Notice(
        _subject,
        _("A second factor of your account was removed"),
        "factor_removed",
        _about_factor,
        links=_factors,
    ),
    "user.second_factor_reset": Notice(
        _subject, _("Your second factor was reset"), "factor_reset", _about_factor, links=_factors
    ),
    "user.recovery_codes_made": Notice(
        _subject,
        _("New recovery codes were made for your account"),
        "codes_made",
        _about_factor,
        links=_factors,
    ),
    "user.recovery_code_used": Notice(
        _subject, _("A recovery code of yours was used"), "code_used", _about_factor, links=_factors
    ),
    "api_key.issued": Notice(_who_acted, _("A key was made for your account"), "key", links=_keys),
    **{
        verb: Notice(
            _uploader, subject, "import_ended", _about_file, of_the_clock=True, links=_imports, can_wait=True
        )
        for verb, subject in (
            ("import.checked", _("Your file is checked")),
            ("import.taken", _("Your file is taken")),
            ("import.refused", _("Your file could not be taken")),
            ("import.given_up", _("Your file could not be read")),
        )
    },
    "api_key.revoked": Notice(
        _owner, _("A key of yours was revoked"), "key_revoked", _about_key, links=_keys
    ),
    "api_key.expiry_announced": Notice(
        _owner, _("A key of yours expires soon"), "key_expires", _about_key, of_the_clock=True, links=_keys
    ),
    "unit.results_overdue": Notice(
        _of_laboratory,
        _("Results are overdue"),
        "results_overdue",
        _counted,
        of_the_clock=True,
        links=_page("laboratory"),
        can_wait=True,
    ),
    "user.reviews_overdue": Notice(
        _subject,
        _("Reviews wait for you"),
        "reviews_overdue",
        _counted,
        of_the_clock=True,
        links=_page("reviews"),
        can_wait=True,
    ),
    "sheet.left_open": Notice(
        _administrators,
        _("A sheet was left open"),
        "sheet_left_open",
        _about_sheet,
        of_the_clock=True,
        links=_sheets,
        can_wait=True,
    ),
    "sheet.left_unconfirmed": Notice(
        _administrators,
        _("Specimens wait to be sent to a laboratory"),
        "sheet_left_unconfirmed",
        _about_sheet,
        of_the_clock=True,
        links=_sheets,
        can_wait=True,
    ),
}


def tell(event: Event) -> None:
    """Tell whoever is to be told of an event.

    What was set up from the command line, or under a clock that a demonstration set, is told to nobody.
    """
    notice = NOTICES.get(event.verb)
    if notice is None or event.clock_set or (event.actor_id is None and not notice.of_the_clock):
        return
    give(event, User.objects.filter(pk__in=notice.to(event)).order_by("pk"), can_wait=notice.can_wait)


def _mails(notice: Notice, event: Event, user: User) -> list[EmailMessage]:
    """In the user's language. Whoever has no address gets none."""
    addresses = [address for address in (user.email, *notice.also_to(event)) if address]
    with translation.override(user.language):
        context = {
            "user": user,
            "at": event.recorded_at,
            "by": event.actor_name,
            "public_url": settings.PUBLIC_URL,
        }
        text = render_to_string(
            f"officers/mails/{notice.template}.txt", context | notice.context(event, user)
        )
        return [EmailMessage(str(notice.subject), text, to=[address]) for address in addresses]


declare(
    {
        verb: Kind(notice.subject, mails=partial(_mails, notice), links=notice.links)
        for verb, notice in NOTICES.items()
    }
)
