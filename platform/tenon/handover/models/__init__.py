"""Tables of the handover, in every company."""

from tenon.handover.models.handover import Handover, HandoverItem

__all__ = ["Handover", "HandoverItem"]
