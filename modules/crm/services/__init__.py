"""Decisions and writes of CRM."""

from modules.crm.services.activities import (
    activity_cancel,
    activity_check_in,
    activity_create,
    activity_done,
    activity_postpone,
    activity_update,
)
from modules.crm.services.capture import (
    lead_source_create,
    lead_source_readdress,
    lead_source_sign,
    lead_source_update,
)
from modules.crm.services.leads import (
    lead_contacted,
    lead_convert,
    lead_create,
    lead_lose,
    lead_qualify,
    lead_reopen,
    lead_update,
)
from modules.crm.services.opportunities import (
    opportunity_create,
    opportunity_lose,
    opportunity_move,
    opportunity_reopen,
    opportunity_update,
    opportunity_win,
)
from modules.crm.services.pool import (
    pool_assign,
    pool_claim,
    pool_customer_create,
    pool_customer_update,
    pool_release,
)
from modules.crm.services.quote_approval import (
    quote_approval_approve,
    quote_approval_refuse,
    quote_approve,
    quote_refuse,
    quote_request,
    quote_withdraw,
)
from modules.crm.services.quote_decisions import quote_accept, quote_reject, quote_revise, quote_send
from modules.crm.services.quote_holds import quote_hold, quote_release
from modules.crm.services.quote_links import quote_mail
from modules.crm.services.quotes import quote_create, quote_delete, quote_refresh, quote_update

__all__ = [
    "activity_cancel", "activity_check_in", "activity_create", "activity_done", "activity_postpone",
    "activity_update", "lead_contacted", "lead_convert", "lead_create", "lead_lose", "lead_qualify", "lead_reopen",
    "lead_source_create", "lead_source_readdress", "lead_source_sign", "lead_source_update", "lead_update",
    "opportunity_create", "opportunity_lose", "opportunity_move", "opportunity_reopen", "opportunity_update",
    "opportunity_win", "pool_assign", "pool_claim", "pool_customer_create", "pool_customer_update", "pool_release",
    "quote_accept", "quote_approval_approve", "quote_approval_refuse", "quote_approve", "quote_create",
    "quote_delete", "quote_hold", "quote_mail", "quote_refresh", "quote_refuse", "quote_reject", "quote_release",
    "quote_request", "quote_revise", "quote_send", "quote_update", "quote_withdraw",
]  # fmt: skip
