"""In which province each unit lies, for what is counted by province."""

from officers.models import Unit

#: Central units, and units of which no province is known.
CENTRAL = "00"


def provinces_of_units() -> dict[int, str]:
    """The code of the province of every unit, by the unit's id."""
    seats = {
        path: code
        for path, code in Unit.objects.filter(kind=Unit.Kind.PROVINCIAL_COMMISSARIAT).values_list(
            "path", "admin_code"
        )
        if code
    }
    found = {}
    for pk, path in Unit.objects.values_list("pk", "path"):
        parts = path.split("/")
        above = ("/".join(parts[:depth]) + "/" for depth in range(2, len(parts)))
        found[pk] = next((seats[one] for one in above if one in seats), CENTRAL)
    return found
