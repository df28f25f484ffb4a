"""Tables of the record services, in every company."""

from tenon.records.models.attachment import Attachment
from tenon.records.models.audit import AuditEntry
from tenon.records.models.comment import Comment
from tenon.records.models.custom_field import CustomField
from tenon.records.models.data_import import DataImport, DataImportError
from tenon.records.models.handled_event import HandledEvent
from tenon.records.models.idempotency import IdempotencyKey
from tenon.records.models.saved_view import SavedView
from tenon.records.models.sequence import Sequence

__all__ = [
    "Attachment",
    "AuditEntry",
    "Comment",
    "CustomField",
    "DataImport",
    "DataImportError",
    "HandledEvent",
    "IdempotencyKey",
    "SavedView",
    "Sequence",
]
