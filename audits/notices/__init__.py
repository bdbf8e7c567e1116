from audits.notices.open_keys import mail_link, warn
from audits.notices.table import NOTICES, tell

__all__ = ["NOTICES", "mail_link", "tell", "warn"]
