from django.db.models import QuerySet

from cases.models import Measure
from officers.models import Unit
from officers.models.users import below


def in_province(rows: QuerySet[Measure], code: str) -> QuerySet[Measure]:
    """Measures on officers who served under the provincial commissariat of a place when it took effect.

    :param code: two digits, as in the list of places
    """
    heads = Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT, admin_code=code)
    return rows.filter(below(heads.values_list("path", flat=True)))
