"""What an officer was told of in his cases, and whether something waits of which he was not."""

from cases.models import CaseNotice
from officers.models import Officer


def waits(officer: Officer) -> bool:
    """Whether a notice in a case of his was issued of which there is no proof that he was told."""
    notices = CaseNotice.objects.untold().filter(case__officer=officer)
    return notices.exclude(pk__in=notices.proved()).exists()


def told_to(officer: Officer) -> list[CaseNotice]:
    """The notices in his cases of which there is a proof that he was told, the newest first."""
    notices = CaseNotice.objects.filter(case__officer=officer, told_at__isnull=False)
    return list(notices.select_related("case__unit").order_by("-issued_at", "-pk"))
