"""Working days. Which days are holidays is data that people keep; a library only fills it in beforehand."""

from foundation.calendar.holidays import Holiday, prefill
from foundation.calendar.working_days import Calendar

__all__ = ["Calendar", "Holiday", "prefill"]
