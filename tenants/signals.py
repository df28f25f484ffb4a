"""What others may want to know about companies, said inside the transaction that changes them."""

from __future__ import annotations

from django.dispatch import Signal

# sender: Tenant; `tenant_id`. A company is let in again: whoever decides how it stands (billing) looks at it anew.
company_reopened = Signal()
