"""Entities of production, as the generic pages and the importer see them."""

from modules.production.entities.changes import ALL as CHANGES
from modules.production.entities.costs import ALL as COSTS
from modules.production.entities.engineering import ALL as ENGINEERING
from modules.production.entities.floor import ALL as FLOOR
from modules.production.entities.holds import ALL as HOLDS
from modules.production.entities.instructions import ALL as INSTRUCTIONS
from modules.production.entities.nonconformance import ALL as NONCONFORMANCE
from modules.production.entities.orders import ALL as ORDERS
from modules.production.entities.parameters import ALL as PARAMETERS
from modules.production.entities.planning import ALL as PLANNING
from modules.production.entities.quality import ALL as QUALITY
from modules.production.entities.routing import ALL as ROUTING
from modules.production.entities.scenarios import ALL as SCENARIOS
from modules.production.entities.subcontracting import ALL as SUBCONTRACTING
from modules.production.entities.wages import ALL as WAGES

ALL = (
    *ENGINEERING,
    *CHANGES,
    *ROUTING,
    *ORDERS,
    *COSTS,
    *FLOOR,
    *PARAMETERS,
    *PLANNING,
    *SCENARIOS,
    *HOLDS,
    *QUALITY,
    *NONCONFORMANCE,
    *SUBCONTRACTING,
    *WAGES,
    *INSTRUCTIONS,
)
