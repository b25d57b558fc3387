"""Why prices, invoices and cards stay as they are."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from pleamar.rules.money import Money
from pleamar.wording.money import money
from pleamar.wording.refusals_facts import Facts, Sentence

_INVOICE_STATES: Final = {
    "paid": gettext_noop(
        "Invoice “%(number)s” is already paid, so it cannot be put on hold. Choose one that is still open."
    ),
    "void": gettext_noop("Invoice “%(number)s” is void, so it cannot be put on hold. Choose one that is still open."),
}
_OTHER_INVOICE_STATE: Final = gettext_noop(
    "Invoice “%(number)s” is not open, so it cannot be put on hold. Choose one that is still open."
)


def _invoice_not_open(facts: Facts) -> str:
    return gettext(_INVOICE_STATES.get(facts["state"], _OTHER_INVOICE_STATE)) % facts


def _credit_exceeds_invoice(facts: Facts) -> str:
    left, currency = facts.number("left"), facts.given.get("currency")
    if not left:
        return gettext("Nothing is left of invoice “%(number)s” to be credited. Choose another invoice.") % facts
    if isinstance(currency, str):
        facts["amount"] = money(Money(left, currency), get_language() or "en").replace("\N{NO-BREAK SPACE}", " ")
    return gettext("Only %(amount)s of invoice “%(number)s” is left to be credited. Credit that much or less.") % facts


_PRICES: Final[dict[str, Sentence]] = {
    "price_book_missing": gettext_noop(
        "No prices in %(currency)s are in force. Load a price table in that currency, or choose another currency."
    ),
    "price_version_exists": gettext_noop(
        "There is already a price table in %(currency)s from %(date)s on, and a table is never edited."
        " Choose another date."
    ),
    "seats_out_of_range": gettext_noop(
        "%(seats)s is not a number of users that can be priced. Use one from 0 to %(most)s."
    ),
    "tier_closed_at_last": gettext_noop(
        "Row %(row)s of the price table, its highest, ends at %(last)s, so larger quantities have no price."
        " Leave its end empty."
    ),
    "tier_ends_early": gettext_noop(
        "Row %(row)s of the price table starts at %(first)s but ends at %(last)s. Correct its start or its end."
    ),
    "tier_gap": gettext_noop(
        "Row %(row)s of the price table starts at %(first)s, and quantities from %(expected)s up to there"
        " have no price. Start it at %(expected)s."
    ),
    "tier_open_before_last": gettext_noop(
        "Row %(row)s of the price table, from %(first)s on, has no end, but another row starts at %(next_first)s."
        " Give it an end."
    ),
    "tier_overlap": gettext_noop(
        "Row %(row)s of the price table starts at %(first)s, which another row already prices."
        " Start it at %(expected)s."
    ),
    "tiers_missing": gettext_noop("The price table has no rows. Write at least one, from 1 on."),
    "tiers_not_from_one": gettext_noop(
        "Row %(row)s of the price table, its lowest, starts at %(first)s. Start it at 1."
    ),
    "unit_price_negative": gettext_noop(
        "Row %(row)s of the price table has a price below zero, “%(unit_price)s”. Use zero or more."
    ),
    "unit_price_not_finite": gettext_noop(
        "Row %(row)s of the price table has “%(unit_price)s” for a price. Write a decimal number such as 2.40."
    ),
    "unit_price_too_fine": gettext_noop(
        "Row %(row)s of the price table has a price with too many decimals, “%(unit_price)s”. Use at most six."
    ),
    "unit_price_too_large": gettext_noop(
        "Row %(row)s of the price table has too high a price, “%(unit_price)s”."
        " Use at most eight digits before the decimal point."
    ),
}

SENTENCES: Final[dict[str, Sentence]] = {
    **_PRICES,
    "amount_invalid": gettext_noop(
        "“%(amount)s” is not an amount in %(currency)s. Write it in plain figures, with a point and at most"
        " %(decimals)s decimals."
    ),
    "card_page_needs_stripe": gettext_noop(
        "The sandbox has no page on which cards are entered. Use `pleamar card add` with a test card's number."
    ),
    "public_address_missing": gettext_noop(
        "Nobody has said where partners reach this installation. Set PLEAMAR_ADDRESS, such as https://billing.example.com."
    ),
    "card_missing": gettext_noop("There is no card on file. Add one first."),
    "card_needed": gettext_noop(
        "The card cannot be removed while anything is outstanding. Add another card, which takes its place."
    ),
    "charge_unknown": gettext_noop(
        "There is no charge “%(charge)s”. Check its identifier, which begins with chg_, in the list of charges."
    ),
    "charge_without_payment": gettext_noop(
        "Nothing was sent to the payment provider for charge “%(charge)s” yet. Choose one that was sent."
    ),
    "charge_under_way": gettext_noop(
        "A card is being charged for invoice “%(number)s” at this moment, so it cannot be put on hold."
        " Wait until the outcome is known and try again."
    ),
    "credit_exceeds_invoice": _credit_exceeds_invoice,
    "credit_in_other_currency": gettext_noop(
        "Invoice “%(number)s” is in %(expected)s, so %(currency)s cannot be credited against it."
        " Give the amount in %(expected)s."
    ),
    "credit_not_positive": gettext_noop("A credit note takes something back. Give an amount above zero."),
    "invoice_ambiguous": gettext_noop(
        "More than one invoice has the number “%(number)s”. Use its identifier instead, which begins with inv_."
    ),
    "invoice_not_open": _invoice_not_open,
    "invoice_unknown": gettext_noop("There is no invoice “%(number)s”. Check its number in the list of invoices."),
    "invoice_void": gettext_noop("Invoice “%(number)s” is void, so nobody owes it. Credit another invoice."),
    "reason_missing": gettext_noop("A reason is missing. Write why this is to be done."),
    "tax_rate_out_of_range": gettext_noop("“%(tax_rate)s” is not a tax rate. Use a percentage from 0 to 100."),
}

GATEWAY: Final[dict[str, str]] = {
    "amount_not_payable": gettext_noop(
        "The payment provider cannot charge exactly this amount in this currency. Charge a rounder amount."
    ),
    "amount_too_large": gettext_noop(
        "The amount is larger than the payment provider allows here. Give a smaller amount."
    ),
    "amount_too_small": gettext_noop(
        "The amount is too small for the payment provider to charge. Wait until more is outstanding."
    ),
    "card_number_unknown": gettext_noop(
        "This is not one of the sandbox's test cards. Use 4242424242424242 (succeeds), 4000000000000002 (declined),"
        " 4000000000009995 (insufficient funds), 4000000000000069 (expired), 4000002760003184 (3-D Secure)"
        " or another one of the list in the documentation."
    ),
    "card_unknown": gettext_noop("The payment provider does not know this card. Add the card again, or another one."),
    "customer_unknown": gettext_noop(
        "The payment provider does not know this customer."
        " Check that this installation still uses the provider account it was made with."
    ),
    "dispute_closed": gettext_noop("This dispute was decided already, and stays so. Choose one that is open."),
    "dispute_open": gettext_noop("This charge has an open dispute already. Decide it with --won or --lost."),
    "dispute_unknown": gettext_noop(
        "The payment provider does not know this dispute."
        " Check that this installation still uses the provider account it was made with."
    ),
    "event_unknown": gettext_noop(
        "The payment provider does not know this event."
        " Check that this installation still uses the provider account it was made with."
    ),
    "intent_canceled": gettext_noop("This payment was given up and can no longer be made. Start a new one."),
    "intent_needs_no_action": gettext_noop("This payment does not wait for its cardholder. Choose one that does."),
    "intent_not_succeeded": gettext_noop(
        "This payment has not succeeded, so nothing of it can be taken back. Choose one that has."
    ),
    "intent_unknown": gettext_noop(
        "The payment provider does not know this payment."
        " Check that this installation still uses the provider account it was made with."
    ),
    "setup_closed": gettext_noop(
        "The page for this card is closed: a card was entered, or nobody came in time. Open a new one."
    ),
    "setup_unknown": gettext_noop("The payment provider does not know this page. Open a new one to enter a card."),
}
