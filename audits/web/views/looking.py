"""What every page for auditors does: it is there for them alone, and is read over their own connection."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from ledger.snapshot import reading
from officers.models.users import Role

SAFE = ("GET", "HEAD")


def looks(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for auditors. Looking, they read as the database's `auditor`; acting, as everybody who acts."""
    return _reads(view, (Role.AUDITOR,))


def reads(*roles: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """The same for a page that others have too."""
    return lambda view: _reads(view, roles)


def _reads(view: Callable[..., HttpResponse], roles: tuple[str, ...]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def there(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.has_role(*roles):
            raise Http404
        if request.method not in SAFE:
            return view(request, *args, **kwargs)
        # The page is made whole in here: nothing of it is read after the snapshot is gone.
        with reading():
            return view(request, *args, **kwargs)

    return login_required(there)
