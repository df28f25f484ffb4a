"""Tables of the webhooks, in every company."""

from tenon.webhooks.models.endpoint import WebhookEndpoint
from tenon.webhooks.models.message import WebhookMessage

__all__ = ["WebhookEndpoint", "WebhookMessage"]
