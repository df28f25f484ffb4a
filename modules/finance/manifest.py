"""What the platform needs to know of finance."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from modules.finance import entities, menus, permissions
from modules.shared.contracts.budget import BudgetControl
from modules.shared.contracts.closing import PeriodReadiness
from modules.shared.contracts.customers import CustomerHistory
from modules.shared.contracts.events import CollectionMailDue, GoodsReceived, InvoicePosted, PaymentAllocated
from modules.shared.contracts.posting import (
    CancellationInvoicing,
    CreditCheck,
    DraftBills,
    LedgerPosting,
    OrderProfit,
)
from modules.shared.contracts.valuation import InvoicedDifferences, LedgerCatchUp
from tenon.registry.types import Duty, Feature, Handler, Impact, ModuleManifest, Schedule

MANIFEST = ModuleManifest(
    key="finance",
    title=_("Finance"),
    icon="landmark",
    description=_("Ledger, receivable and payable, and the profit of every order."),
    enhances=("inventory", "production"),
    features=(
        Feature("finance.ledger", _("Ledger"), core=True),
        Feature("finance.receivable", _("Receivable"), requires=("finance.ledger",)),
        Feature("finance.payable", _("Payable"), requires=("finance.ledger",)),
        Feature("finance.costing", _("Costing"), requires=("finance.ledger",)),
        Feature("finance.budgets", _("Budgets"), requires=("finance.ledger",)),
        Feature("finance.assets", _("Fixed assets"), requires=("finance.ledger",)),
        Feature("finance.bank", _("Bank and cash"), requires=("finance.ledger",)),
    ),
    permissions=permissions.ALL,
    menus=menus.TREE,
    entities=entities.ALL,
    provides=(
        (LedgerPosting, "modules.finance.providers.Ledger"),
        (LedgerCatchUp, "modules.finance.providers.CatchUp"),
        (InvoicedDifferences, "modules.finance.providers.Differences"),
        (CancellationInvoicing, "modules.finance.providers.Cancellations"),
        (CreditCheck, "modules.finance.providers.Credit"),
        (DraftBills, "modules.finance.providers.Drafts"),
        (OrderProfit, "modules.finance.providers.Profit"),
        (BudgetControl, "modules.finance.providers.Budgets"),
    ),
    provides_many=(
        (PeriodReadiness, "modules.finance.providers.Assets"),
        (CustomerHistory, "modules.finance.providers.Accounts"),
    ),
    publishes=(InvoicePosted, PaymentAllocated, CollectionMailDue),
    handles=(
        Handler(GoodsReceived, "modules.finance.handlers.goods_received", "finance.match_again"),
        Handler(CollectionMailDue, "modules.finance.handlers.collection_mail_due", "finance.collection_mail"),
    ),
    schedules=(
        Schedule(
            "finance.accruals",
            "modules.finance.services.accruals.accruals_nightly",
            "25 0 * * *",
            "finance.ledger",
            _("Accruals at the turn of a month"),
        ),
        Schedule(
            "finance.recurring_vouchers",
            "modules.finance.services.vouchers.vouchers_nightly",
            "35 0 * * *",
            "finance.ledger",
            _("Recurring vouchers"),
        ),
    ),
    duties=(
        Duty(
            "finance.supplier_and_payment",
            ("shared.party.create", "shared.party.update"),
            ("finance.payment.create",),
            _("Keeps suppliers and pays them"),
            _("Money could go to a supplier who does not exist."),
        ),
        Duty(
            "finance.run_and_approval",
            ("finance.payment_run.create",),
            ("finance.payment_run.approve",),
            _("Proposes payment runs and approves them"),
            _("Money could go out that nobody else has looked at."),
        ),
        Duty(
            "finance.settlement_and_approval",
            ("finance.settlement.create",),
            ("finance.settlement.approve",),
            _("Proposes write-offs and approves them"),
            _("A payment could be kept and the debt written off, unseen."),
        ),
        Duty(
            "finance.match_and_payment",
            ("finance.invoice.release",),
            ("shared.purchase_order.confirm",),
            _("Orders goods and releases their invoices"),
            _("A price could be raised after the order, unseen."),
        ),
        Duty(
            "finance.journal_and_period",
            ("finance.journal_entry.create",),
            ("finance.period.open",),
            _("Posts by hand and reopens closed periods"),
            _("Figures that were reported could be changed unseen."),
        ),
        Duty(
            "finance.rights_and_payment",
            ("access.role.update", "access.member.update"),
            ("finance.payment.create",),
            _("Hands out rights and pays"),
            _("Whoever hands out rights could lift every other separation."),
        ),
    ),
    impacts=(
        Impact(
            ngettext_lazy(
                "%(count)d customer invoice that is not paid", "%(count)d customer invoices that are not paid", "count"
            ),
            "finance.invoice",
            {"kind": "sales_invoice", "status__in": ("posted", "part_paid")},
        ),
        Impact(
            ngettext_lazy(
                "%(count)d supplier bill that is not paid", "%(count)d supplier bills that are not paid", "count"
            ),
            "finance.invoice",
            {"kind": "purchase_invoice", "status__in": ("posted", "part_paid")},
        ),
        Impact(
            ngettext_lazy("%(count)d period open for posting", "%(count)d periods open for posting", "count"),
            "finance.period",
            {"status": "open"},
        ),
    ),
)
