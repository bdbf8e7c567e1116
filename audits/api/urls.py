"""The API of the floor, under the same `/api/v1/` as those of the floors below."""

urlpatterns: list = []
