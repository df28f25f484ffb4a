"""Decisions and writes of the shared data layer."""

from modules.shared.data.services.line_progress import (
    purchase_order_line_record,
    purchase_order_lines_record,
    sales_order_line_record,
    sales_order_lines_record,
)
from modules.shared.data.services.parties import contact_add, party_create, party_update
from modules.shared.data.services.parties_import import party_create_many
from modules.shared.data.services.products import product_create, product_create_many, product_update
from modules.shared.data.services.purchase_approval import (
    purchase_order_approve,
    purchase_order_reject,
    purchase_order_request,
)
from modules.shared.data.services.purchase_changes import (
    purchase_order_change,
    purchase_order_dates,
    purchase_order_edit,
    purchase_order_line_close,
)
from modules.shared.data.services.purchase_ending import purchase_order_cancel, purchase_order_close
from modules.shared.data.services.purchase_orders import (
    purchase_order_confirm,
    purchase_order_create,
    purchase_order_create_many,
    purchase_order_delete,
    purchase_order_draft,
    purchase_order_line_create,
    purchase_order_line_create_many,
    purchase_order_update,
)
from modules.shared.data.services.sales_change_approval import (
    sales_order_change_approve,
    sales_order_change_reject,
    sales_order_change_withdraw,
)
from modules.shared.data.services.sales_changes import sales_order_change, sales_order_edit, sales_order_reopen
from modules.shared.data.services.sales_order_states import (
    sales_order_cancel,
    sales_order_close,
    sales_order_confirm,
    sales_order_confirm_in_full,
    sales_order_reserve,
)
from modules.shared.data.services.sales_orders import (
    sales_order_create,
    sales_order_create_many,
    sales_order_delete,
    sales_order_line_create,
    sales_order_line_create_many,
    sales_order_update,
)

__all__ = [
    "contact_add",
    "party_create",
    "party_create_many",
    "party_update",
    "product_create",
    "product_create_many",
    "product_update",
    "purchase_order_approve",
    "purchase_order_cancel",
    "purchase_order_change",
    "purchase_order_close",
    "purchase_order_confirm",
    "purchase_order_create",
    "purchase_order_create_many",
    "purchase_order_dates",
    "purchase_order_delete",
    "purchase_order_draft",
    "purchase_order_edit",
    "purchase_order_line_close",
    "purchase_order_line_create",
    "purchase_order_line_create_many",
    "purchase_order_line_record",
    "purchase_order_lines_record",
    "purchase_order_reject",
    "purchase_order_request",
    "purchase_order_update",
    "sales_order_cancel",
    "sales_order_change",
    "sales_order_change_approve",
    "sales_order_change_reject",
    "sales_order_change_withdraw",
    "sales_order_close",
    "sales_order_confirm",
    "sales_order_confirm_in_full",
    "sales_order_create",
    "sales_order_create_many",
    "sales_order_delete",
    "sales_order_edit",
    "sales_order_line_create",
    "sales_order_line_create_many",
    "sales_order_line_record",
    "sales_order_lines_record",
    "sales_order_reopen",
    "sales_order_reserve",
    "sales_order_update",
]  # fmt: skip
