"""Where the same is given to machines: beside each chart stands the query that gives its numbers."""

from urllib.parse import urlencode

API = "/api/open/v1/"


def query(collection: str, **filters: object) -> str:
    """The first page of the rows behind a chart. Several values of a filter are separated by commas."""
    return _address(f"{API}{collection}/", filters)


def csv(collection: str, **filters: object) -> str:
    """All rows behind a chart, as a table."""
    return _address(f"{API}{collection}.csv", filters)


def _address(path: str, filters: dict[str, object]) -> str:
    asked = {name: value for name, value in filters.items() if value}
    return f"{path}?{urlencode(asked, safe=',')}" if asked else path
