"""Why a card was declined, in words: the provider's codes say it to programs, not to people."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

_REASONS: Final[dict[str, str]] = {
    "amount_not_payable": gettext_noop("The provider cannot charge exactly this amount in this currency."),
    "amount_too_large": gettext_noop("The amount is above what can be charged to the card at once."),
    "amount_too_small": gettext_noop("The amount is too small to be charged to a card."),
    "approve_with_id": gettext_noop("The bank could not authorise the payment."),
    "authentication_required": gettext_noop("The bank wanted the payment confirmed, and nobody confirmed it."),
    "call_issuer": gettext_noop("The bank refused the payment and asks the cardholder to call it."),
    "card_not_supported": gettext_noop("The card cannot be used for this kind of payment."),
    "card_replaced": gettext_noop("Another card took its place before anything was charged."),
    "card_unknown": gettext_noop("The card is not known to the payment provider any more."),
    "card_velocity_exceeded": gettext_noop("The card has reached its limit of payments or of amount."),
    "currency_not_supported": gettext_noop("The card cannot be charged in this currency."),
    "debit_not_authorized": gettext_noop("The bank was not told that this payment is allowed."),
    "do_not_honor": gettext_noop("The bank refused the payment and gave no reason."),
    "do_not_try_again": gettext_noop("The bank refused the payment, and will refuse it again."),
    "duplicate_transaction": gettext_noop("The bank took it for a payment that was made twice."),
    "expired_card": gettext_noop("The card has expired."),
    "fraudulent": gettext_noop("The bank suspects a misuse of the card."),
    "generic_decline": gettext_noop("The bank refused the payment and gave no reason."),
    "incorrect_cvc": gettext_noop("The card's security code is wrong."),
    "incorrect_number": gettext_noop("The card's number is wrong."),
    "insufficient_funds": gettext_noop("The account behind the card has not enough money."),
    "invalid_account": gettext_noop("The card, or the account behind it, is not valid."),
    "invalid_cvc": gettext_noop("The card's security code is wrong."),
    "invalid_expiry_month": gettext_noop("The card's month of expiry is wrong."),
    "invalid_expiry_year": gettext_noop("The card's year of expiry is wrong."),
    "issuer_not_available": gettext_noop("The bank could not be reached."),
    "lost_card": gettext_noop("The card was reported lost."),
    "merchant_blacklist": gettext_noop("The bank refused the payment and gave no reason."),
    "new_account_information_available": gettext_noop("The card, or the account behind it, is not valid."),
    "no_action_taken": gettext_noop("The bank refused the payment and gave no reason."),
    "not_permitted": gettext_noop("The bank does not permit this payment."),
    "payment_intent_authentication_failure": gettext_noop("The payment was not confirmed with the bank."),
    "pickup_card": gettext_noop("The card was reported lost or stolen."),
    "processing_error": gettext_noop("Something went wrong while the bank worked on the payment."),
    "reenter_transaction": gettext_noop("The bank could not work on the payment."),
    "restricted_card": gettext_noop("The bank has restricted what the card can be used for."),
    "revocation_of_all_authorizations": gettext_noop("The cardholder had the bank stop such payments."),
    "revocation_of_authorization": gettext_noop("The cardholder had the bank stop such payments."),
    "security_violation": gettext_noop("The bank refused the payment and gave no reason."),
    "service_not_allowed": gettext_noop("The bank does not permit this payment."),
    "stolen_card": gettext_noop("The card was reported stolen."),
    "stop_payment_order": gettext_noop("The cardholder had the bank stop such payments."),
    "testmode_decline": gettext_noop("A test card was used where cards are real."),
    "transaction_not_allowed": gettext_noop("The bank does not permit this payment."),
    "try_again_later": gettext_noop("The bank refused the payment and gave no reason."),
    "withdrawal_count_limit_exceeded": gettext_noop("The card has reached its limit of payments or of amount."),
}


def decline_reason(code: str) -> str:
    """A sentence for the reader; a general one for a code that is not among the common ones."""
    return gettext(_REASONS.get(code, "The bank refused the payment and gave no reason."))
