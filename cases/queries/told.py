"""Whether the officer was told of what concerns him in his cases."""

from cases.models import CaseNotice
from officers.models import Officer


def waits(officer: Officer) -> bool:
    """Whether a notice in a case of his was issued of which there is no proof that he was told."""
    notices = CaseNotice.objects.untold().filter(case__officer=officer)
    return notices.exclude(pk__in=notices.proved()).exists()
