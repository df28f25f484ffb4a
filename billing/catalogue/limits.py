"""Limits that are sold: their keys, what every company has, and what nobody goes beyond."""

MEMBERS = "access.members"  # seats: what is paid for, no more and no less
WAREHOUSES = "inventory.warehouses"
STORAGE = "records.storage"
API_CALLS = "access.api_calls"

GB = 1024**3

# With any subscription, before its plans add to it.
EVERYBODY = {WAREHOUSES: 1, STORAGE: GB, API_CALLS: 1_000}
# On trial, for whatever number of people.
TRIAL = {WAREHOUSES: 5, STORAGE: GB, API_CALLS: 5_000}
NEVER_MORE = {WAREHOUSES: 500}
