"""The page of the development mailbox, and the same as JSON for tests."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

SHOWN = 100
_NAME = re.compile(r"[0-9]+-[0-9a-f]{8}")
_CODE = re.compile(r"^\s{4}(\S{4,20})\s*$", re.MULTILINE)


def _files() -> list[Path]:
    return sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)[:SHOWN]


def _read(path: Path) -> dict[str, Any]:
    message = email.message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    body = text.get_content() if text else ""
    code, link = _CODE.search(body), re.search(r"https?://\S+", body)
    return {
        "id": path.stem,
        "to": str(message["To"] or ""),
        "subject": str(message["Subject"] or ""),
        "sent_at": str(message["Date"] or ""),
        "text": body,
        "html": html.get_content() if html else "",
        "code": code.group(1) if code else None,
        "link": link.group(0) if link else None,
    }


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest mails; `?to=` narrows to an address, `?format=json` answers programs."""
    to = request.GET.get("to", "").strip().lower()
    mails = [m for m in map(_read, _files()) if to in m["to"].lower()]
    if request.GET.get("format") == "json":
        return JsonResponse({"results": [{k: v for k, v in m.items() if k != "html"} for m in mails]})
    return render(request, "tenants/mailbox.html", {"mails": mails, "to": to})


@require_safe
@xframe_options_sameorigin
def mail_body(request: HttpRequest, name: str) -> HttpResponse:
    """One mail's HTML, shut in: it may load and run nothing."""
    path = Path(settings.EMAIL_FILE_PATH) / f"{name}.eml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    mail = _read(path)
    if mail["html"]:
        answer = HttpResponse(mail["html"])
    else:
        answer = HttpResponse(mail["text"], content_type="text/plain; charset=utf-8")
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
    return answer
