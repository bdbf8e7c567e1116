from officers.notices.alarms import tell_of_alarm
from officers.notices.mailing import send_digests, send_waiting
from officers.notices.table import NOTICES, tell

__all__ = ["NOTICES", "send_digests", "send_waiting", "tell", "tell_of_alarm"]
