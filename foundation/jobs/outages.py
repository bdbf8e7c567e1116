"""Work that was cut off because the database went, as against work that failed."""

from django.db import InterfaceError, OperationalError

#: What is raised when the database goes, among other things.
AWAY = (OperationalError, InterfaceError)
#: The server said that it is going, or is not there yet; of a lost connection it says nothing at all.
_GOING = ("08", "57P01", "57P02", "57P03")


def lost_database(error: BaseException) -> bool:
    """Whether an error means that the connection was lost. A lock waited for in vain, or a deadlock, does not.

    Whether there is a connection again by now says nothing: the pool has another at once.
    """
    if not isinstance(error, AWAY):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_GOING)
