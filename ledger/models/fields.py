import json
from typing import Any

from django.db import models


class StoredJSONField(models.TextField):
    """JSON kept as the very text that was written (PostgreSQL `json`, not `jsonb`), since that text is hashed.

    Read as the parsed value; the text itself through `column::text`.
    """

    def db_type(self, connection: Any) -> str:
        return "json"

    def from_db_value(self, value: Any, expression: object, connection: object) -> Any:
        return json.loads(value) if isinstance(value, str) else value
