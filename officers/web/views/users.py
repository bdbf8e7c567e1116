"""Users and their roles. Never one's own; every change asks for the password again."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.web.keyset import BadCursor, Keyset
from ledger.reading import note_read
from officers import rules
from officers.actions import second_factors
from officers.actions import users as actions
from officers.models import RoleAssignment, User
from officers.queries.timelines import timeline
from officers.queries.users import find_users, last_sign_in
from officers.web.forms.users import Because, Create, FindUsers, Grant, Update
from officers.web.views.acting import SignedIn, act_page, posted
from officers.web.views.keys import listed

PAGE = 50


@login_required
def users(request: SignedIn) -> HttpResponse:
    """The accounts one may see."""
    user = request.user
    form = FindUsers(user, request.GET)
    page = None
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        found = find_users(user, chosen.pop("q"), **chosen).prefetch_related("role_assignments__unit")
        try:
            page = Keyset(
                found,
                order=("username", "id"),
                limit=PAGE,
                after=request.GET.get("after"),
                before=request.GET.get("before"),
            ).page()
        except BadCursor:
            return redirect("users")
        note_read(user, "listed", "officers_user", q=form.cleaned_data["q"], role=chosen["role"])
    rows = [
        (one, [held for held in one.role_assignments.all() if held.ended_at is None])
        for one in (page.rows if page else [])
    ]
    context = {"filter_form": form, "page": page, "rows": rows, "keeps": rules.keeps_users(user)}
    return render(request, "officers/users/list.html", context)


def _seen(request: SignedIn, pk: int) -> User:
    return get_object_or_404(User.objects.visible_to(request.user).select_related("officer"), pk=pk)


@login_required
def user(request: SignedIn, pk: int) -> HttpResponse:
    """One account with its roles, and what happened to it."""
    viewer, row = request.user, _seen(request, pk)
    note_read(viewer, "opened", "officers_user", row.pk, fields=["email", "roles"])
    assignments = row.role_assignments.select_related("unit", "granted_by", "ended_by").order_by(
        "-granted_at"
    )
    return render(
        request,
        "officers/users/page.html",
        {
            "row": row,
            "breadcrumbs": [(_("Users"), reverse("users")), (row.name, "")],
            "rows": [
                (_("User name"), row.username),
                (_("Name in Khmer"), row.name_km),
                (_("Name in Latin letters"), row.name_latin),
                (_("E-mail"), row.email),
                (_("Language"), row.get_language_display()),
                (_("Officer"), row.officer.number if row.officer else ""),
                (_("Has set a password"), row.has_usable_password()),
                (_("Second factor at sign-in"), row.has_second_factor),
                (_("Last sign-in"), last_sign_in(row)),
            ],
            "held": [(held, rules.ends(viewer, held)) for held in assignments if held.ended_at is None],
            "ended": [held for held in assignments if held.ended_at is not None],
            "items": timeline(row, viewer),
            "keeps": rules.keeps_user(viewer, row),
            "grants": row.is_active and viewer.pk != row.pk and rules.keeps_users(viewer),
            "resets": row.has_second_factor and rules.keeps_user(viewer, row),
            "keys": listed(row.api_keys.select_related("use").order_by("-id")),
            "revokes": viewer.pk == row.pk or rules.keeps_user(viewer, row),
            "is_own": viewer.pk == row.pk,
        },
    )


@login_required
@reauthentication_required
def create(request: SignedIn) -> HttpResponse:
    """A new account; its owner gets a mail with a link for setting the password."""
    if not rules.keeps_users(request.user):
        raise Http404

    def do(data: dict[str, Any]) -> User:
        officer = data.pop("officer")
        return actions.create(request.user, officer_id=officer.pk if officer else None, **data)

    return act_page(
        request,
        Create(request.user, posted(request)),
        do,
        title=_("A new user"),
        submit=_("Make the account"),
        back=reverse("users"),
        done=_("The account is made, and a link for setting the password is on its way. Now give it a role."),
        to=lambda row: reverse("user", args=[row.pk]),
        text=_("The account can do nothing until it is given a role."),
    )


def _kept(request: SignedIn, pk: int) -> User:
    """The account, for a page that changes it; 404 for whom it is not to change."""
    row = _seen(request, pk)
    if not rules.keeps_user(request.user, row):
        raise Http404
    return row


@login_required
@reauthentication_required
def update(request: SignedIn, pk: int) -> HttpResponse:
    """Names, address and language."""
    row = _kept(request, pk)
    names = ("name_km", "name_latin", "email", "language", "version")
    return act_page(
        request,
        Update(posted(request), initial={name: getattr(row, name) for name in names}),
        lambda data: actions.update(request.user, pk, **data),
        title=_("Change the account of %(name)s") % {"name": row.name},
        submit=_("Save"),
        back=reverse("user", args=[pk]),
        done=_("The account is changed."),
    )


@login_required
@reauthentication_required
def invite(request: SignedIn, pk: int) -> HttpResponse:
    """Send the link for setting a password again."""
    row = _kept(request, pk)
    return act_page(
        request,
        forms.Form(posted(request)),
        lambda _data: actions.invite(request.user, pk),
        title=_("Send %(name)s a link for setting a password") % {"name": row.name},
        submit=_("Send the link"),
        back=reverse("user", args=[pk]),
        done=_("The link is on its way."),
        rows=[(_("E-mail"), row.email)],
    )


@login_required
@reauthentication_required
def suspend(request: SignedIn, pk: int) -> HttpResponse:
    """Keep from signing in."""
    row = _kept(request, pk)
    return act_page(
        request,
        Because(posted(request), initial={"version": row.version}),
        lambda data: actions.suspend(request.user, pk, **data),
        title=_("Suspend the account of %(name)s") % {"name": row.name},
        submit=_("Suspend"),
        back=reverse("user", args=[pk]),
        done=_("The account is suspended."),
        text=_("Whoever is signed in with it is out at once, and its API keys stop working."),
        danger=True,
    )


@login_required
@reauthentication_required
def restore(request: SignedIn, pk: int) -> HttpResponse:
    """Let sign in again."""
    row = _kept(request, pk)
    return act_page(
        request,
        Because(posted(request), initial={"version": row.version}),
        lambda data: actions.restore(request.user, pk, **data),
        title=_("Restore the account of %(name)s") % {"name": row.name},
        submit=_("Restore"),
        back=reverse("user", args=[pk]),
        done=_("The account is restored."),
    )


@login_required
@reauthentication_required
def reset_second_factor(request: SignedIn, pk: int) -> HttpResponse:
    """Take the second factor of somebody who lost it, so that he sets up a new one."""
    row = _kept(request, pk)
    return act_page(
        request,
        Because(posted(request), initial={"version": row.version}),
        lambda data: second_factors.reset(request.user, pk, **data),
        title=_("Reset the second factor of %(name)s") % {"name": row.name},
        submit=_("Reset"),
        back=reverse("user", args=[pk]),
        done=_("The second factor is reset. The user sets up a new one at the next sign-in."),
        text=_(
            "Make sure that it is really this person who asks, by seeing or calling him. Authenticator app, passkeys "
            "and recovery codes stop working, he is signed out everywhere, and is told by mail who did it."
        ),
        danger=True,
    )


@login_required
@reauthentication_required
def grant(request: SignedIn, pk: int) -> HttpResponse:
    """Give a role for a unit."""
    row = _seen(request, pk)
    if row.pk == request.user.pk or not rules.keeps_users(request.user):
        raise Http404
    return act_page(
        request,
        Grant(request.user, posted(request)),
        lambda data: actions.grant(request.user, pk, role=data["role"], unit_id=data["unit"].pk),
        title=_("Give %(name)s a role") % {"name": row.name},
        submit=_("Give the role"),
        back=reverse("user", args=[pk]),
        done=_("The role is given."),
    )


@login_required
@reauthentication_required
def end_role(request: SignedIn, pk: int) -> HttpResponse:
    """Take a role away."""
    seen = RoleAssignment.objects.current().visible_to(request.user).select_related("user", "unit")
    held = get_object_or_404(seen, pk=pk)
    if not rules.ends(request.user, held):
        raise Http404
    return act_page(
        request,
        Because(posted(request), initial={"version": held.version}),
        lambda data: actions.end_role(request.user, pk, **data),
        title=_("End a role of %(name)s") % {"name": held.user.name},
        submit=_("End the role"),
        back=reverse("user", args=[held.user_id]),
        done=_("The role has ended."),
        rows=[(_("Role"), held.get_role_display()), (_("Unit"), held.unit.name)],
        danger=True,
    )
