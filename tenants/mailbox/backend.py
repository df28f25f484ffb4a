"""Writes every mail to a folder, one `.eml` each."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class FolderBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[Any]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self._write(folder, message)
        return len(email_messages)

    def _write(self, folder: Path, message: EmailMessage) -> None:
        name = f"{time.time_ns()}-{uuid4().hex[:8]}"
        partial = folder / f".{name}.partial"
        partial.write_bytes(message.message().as_bytes())
        os.replace(partial, folder / f"{name}.eml")  # readers never see half a mail
