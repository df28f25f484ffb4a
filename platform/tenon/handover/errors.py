"""Refusals of the handover."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.problems import Forbidden


class ExportHeld(Forbidden):
    type, title = "export-held", _("Exports are on hold for you, since your handover has been asked for")
