from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import searches
from cases.api import examples
from cases.api.serializers.searches import ChangeIn, CountedSearchOut, KeepIn, SavedSearchOut
from cases.api.serializers.steps import PlainIn
from cases.models import SavedSearch
from foundation.api.headers import version_of
from officers.api.documented import operation
from officers.api.doors import Door
from officers.models import User
from officers.models.api_keys import Scope


class SavedSearches(Door):
    """The caller's own saved searches of the queue."""

    queryset = SavedSearch.objects.none()
    serializer_class = SavedSearchOut
    keyset_order = ("name", "id")
    scope_to_read, scope_to_write = Scope.COMPLAINTS_READ, Scope.COMPLAINTS_WRITE

    def rows(self) -> QuerySet[SavedSearch]:
        return SavedSearch.objects.select_related("user")

    @property
    def caller(self) -> User:
        user: Any = self.request.user
        return user

    def visible(self) -> QuerySet[SavedSearch]:
        return super().visible().filter(removed_at=None)

    @operation(
        "list_saved_searches",
        "List your saved searches",
        gives=SavedSearchOut(many=True),
        shows=examples.SAVED_SEARCH,
        description="The complaints of one: `complaints/` with `saved_search`.",
    )
    def list(self, request: Request) -> Response:
        return self.listed()

    @operation(
        "keep_search",
        "Save a search",
        takes=KeepIn,
        sends=[("Overdue in one district", examples.SEARCH_IN)],
        gives=SavedSearchOut,
        shows=examples.SAVED_SEARCH,
        status=201,
        description=f"It keeps the question, and not what it finds. {searches.MOST_KEPT} at a time.",
    )
    def create(self, request: Request) -> Response:
        given = self.given(KeepIn)
        return self.answer(lambda: searches.save(self.caller, **given), status=201)

    @operation(
        "read_saved_search",
        "Read a saved search, with how many complaints fit now",
        gives=CountedSearchOut,
        shows={**examples.SAVED_SEARCH, "count": 12},
    )
    def retrieve(self, request: Request, pk: int) -> Response:
        return self.opened(pk, CountedSearchOut)

    @operation(
        "change_saved_search",
        "Change the name or the question of a saved search",
        takes=ChangeIn,
        sends=[("Another name", {"name": "Late in Ta Khmau", "version": 1})],
        gives=SavedSearchOut,
        shows={**examples.SAVED_SEARCH, "name": "Late in Ta Khmau", "version": 2},
        description="What you leave out stays; a `query` replaces the whole of it.",
    )
    def partial_update(self, request: Request, pk: int) -> Response:
        given, version = self.given(ChangeIn), version_of(request)
        return self.answer(lambda: searches.change(self.caller, pk, version=version, **given))

    @operation(
        "remove_saved_search",
        "Remove a saved search",
        takes=PlainIn,
        sends=[("As you saw it", {"version": 2})],
        gives=SavedSearchOut,
        shows={**examples.SAVED_SEARCH, "version": 3, "removed_at": "2026-11-16T10:02:01.000000+07:00"},
        description="It is in no list any more, and can be restored.",
    )
    def remove(self, request: Request, pk: int) -> Response:
        self.given(PlainIn)
        return self.answer(lambda: searches.remove(self.caller, pk, version=version_of(request)))

    @operation(
        "restore_saved_search",
        "Take the removal of a saved search back",
        takes=PlainIn,
        sends=[("As you saw it", {"version": 3})],
        gives=SavedSearchOut,
        shows={**examples.SAVED_SEARCH, "version": 4},
    )
    def restore(self, request: Request, pk: int) -> Response:
        self.given(PlainIn)
        return self.answer(lambda: searches.restore(self.caller, pk, version=version_of(request)))
