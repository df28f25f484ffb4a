"""Tables of CRM."""

from modules.crm.models.activity import Activity
from modules.crm.models.capture import LeadAssignee, LeadSource, LeadTouch
from modules.crm.models.follow_up import ActivityKind, CustomerCard, FollowUpRule
from modules.crm.models.forecast import ForecastSnapshot, WinModel, WinPrediction
from modules.crm.models.insight import LifetimeModel
from modules.crm.models.lead import Lead
from modules.crm.models.opportunity import ForecastCategory, LossReason, Opportunity, Pipeline, Stage, StageHistory
from modules.crm.models.pool import OwnershipChange, Pool, PoolCustomer, PoolPause
from modules.crm.models.quote import Quote, QuoteLine
from modules.crm.models.quote_approval import QuoteApproval, QuoteLimit
from modules.crm.models.quote_link import QuoteAnswer, QuoteLink
from modules.crm.models.rival import Competitor, DealCompetitor

__all__ = [
    "Activity", "ActivityKind", "Competitor", "CustomerCard", "DealCompetitor", "FollowUpRule", "ForecastCategory",
    "ForecastSnapshot", "Lead", "LeadAssignee", "LeadSource", "LeadTouch", "LifetimeModel", "LossReason",
    "Opportunity", "OwnershipChange", "Pipeline", "Pool", "PoolCustomer", "PoolPause", "Quote", "QuoteAnswer",
    "QuoteApproval", "QuoteLimit", "QuoteLine", "QuoteLink", "Stage", "StageHistory", "WinModel", "WinPrediction",
]  # fmt: skip
