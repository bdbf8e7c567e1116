"""Where mails go on a system without a mail server: one file each, for the outbox page."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Mails hold links that open accounts, so folder and files are for the system's own user only."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.OUTBOX_DIR)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        sent = 0
        for message in email_messages:
            if not message.recipients():
                continue
            path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{token_hex(4)}.eml"
            writing = path.with_suffix(".part")
            with open(os.open(writing, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(message.message().as_bytes())
            writing.rename(path)
            sent += 1
        return sent
