"""Stripe's test cards and what happens to them. Numbers and outcomes: docs.stripe.com/testing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

MESSAGES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
    "lost_card": ("card_declined", "Your card was declined."),
    "stolen_card": ("card_declined", "Your card was declined."),
    "card_velocity_exceeded": (
        "card_declined",
        "Your card was declined for making repeated attempts too frequently or exceeding its amount limit.",
    ),
    "fraudulent": ("card_declined", "Your card was declined."),
    "expired_card": ("expired_card", "Your card has expired."),
    "incorrect_cvc": ("incorrect_cvc", "Your card's security code is incorrect."),
    "processing_error": (
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
    ),
    "incorrect_number": ("incorrect_number", "Your card number is incorrect."),
    "authentication_required": (
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}


@dataclass(frozen=True)
class Card:
    """`attach` and `charge` name a decline or are empty; `ask` says when the holder must authenticate; `dispute` is
    why the payment is taken back as soon as it is made."""

    number: str
    brand: str = "visa"
    funding: str = "credit"
    country: str = "US"
    attach: str = ""
    charge: str = ""
    dispute: str = ""
    inquiry: bool = False  # the bank only asks, and keeps the money where it is
    ask: str = ""  # "setup": until set up once · "always": every payment · "on_session": only when present

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.number.encode()).hexdigest()[:16]


def _declining(number: str, reason: str) -> Card:
    return Card(number, attach=reason, charge=reason)


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242"),
        Card("4000056655665556", funding="debit"),
        Card("5555555555554444", "mastercard"),
        Card("2223003122003222", "mastercard"),
        Card("5200828282828210", "mastercard", "debit"),
        Card("5105105105105100", "mastercard", "prepaid"),
        Card("378282246310005", "amex"),
        Card("371449635398431", "amex"),
        Card("6011111111111117", "discover"),
        Card("3056930009020004", "diners"),
        Card("3566002020360505", "jcb"),
        Card("6200000000000005", "unionpay"),
        Card("6200000000000047", "unionpay"),
        Card("4000001560000002", country="CN"),
        Card("4000003440000004", country="HK"),
        Card("4000002760000016", country="DE"),
        Card("4000003920000003", country="JP"),
        _declining("4000000000000002", "generic_decline"),
        _declining("4000000000009995", "insufficient_funds"),
        _declining("4000000000009987", "lost_card"),
        _declining("4000000000009979", "stolen_card"),
        _declining("4000000000000069", "expired_card"),
        _declining("4000000000000127", "incorrect_cvc"),
        _declining("4000000000000119", "processing_error"),
        _declining("4000000000006975", "card_velocity_exceeded"),
        _declining("4100000000000019", "fraudulent"),
        Card("4000000000000341", charge="generic_decline"),
        Card("4000002500003155", ask="setup"),
        Card("4000002760003184", ask="always"),
        Card("4000003800000446", ask="on_session"),
        Card("4000008260003178", charge="insufficient_funds", ask="always"),
        Card("4000000000003220", ask="on_session"),
        Card("4000000000000259", dispute="fraudulent"),
        Card("4000000000002685", dispute="product_not_received"),
        Card("4000000000001976", dispute="fraudulent", inquiry=True),
    )
}

# Names that stand for a card in API calls, so that no number travels.
TOKENS = {
    "visa": "4242424242424242",
    "visa_debit": "4000056655665556",
    "mastercard": "5555555555554444",
    "mastercard_debit": "5200828282828210",
    "amex": "378282246310005",
    "discover": "6011111111111117",
    "diners": "3056930009020004",
    "jcb": "3566002020360505",
    "unionpay": "6200000000000005",
    "cn": "4000001560000002",
    "chargeDeclined": "4000000000000002",
    "visa_chargeDeclined": "4000000000000002",
    "chargeDeclinedInsufficientFunds": "4000000000009995",
    "visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "chargeDeclinedLostCard": "4000000000009987",
    "visa_chargeDeclinedLostCard": "4000000000009987",
    "chargeDeclinedStolenCard": "4000000000009979",
    "visa_chargeDeclinedStolenCard": "4000000000009979",
    "chargeDeclinedExpiredCard": "4000000000000069",
    "chargeDeclinedIncorrectCvc": "4000000000000127",
    "chargeDeclinedProcessingError": "4000000000000119",
    "chargeDeclinedFraudulent": "4100000000000019",
    "chargeCustomerFail": "4000000000000341",
    "authenticationRequired": "4000002760003184",
    "authenticationRequiredOnSetup": "4000002500003155",
    "authenticationRequiredSetupForOffSession": "4000003800000446",
    "authenticationRequiredChargeDeclinedInsufficientFunds": "4000008260003178",
    "threeDSecure2Required": "4000000000003220",
    "createDispute": "4000000000000259",
    "createDisputeProductNotReceived": "4000000000002685",
    "createDisputeInquiry": "4000000000001976",
}


def card_named(token: str) -> Card | None:
    """`pm_card_visa`, `tok_visa`: the card they stand for."""
    for prefix in ("pm_card_", "tok_"):
        if token.startswith(prefix) and (number := TOKENS.get(token.removeprefix(prefix))):
            return CARDS[number]
    return None


def card_numbered(number: str) -> Card | None:
    """None for a number that is no test card: the simulator takes no real ones."""
    return CARDS.get("".join(digit for digit in number if digit.isdigit()))
