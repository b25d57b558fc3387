"""How a partner bills one of its customers: a row of the page of terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from pleamar.actions.set_resale_terms import Terms
from pleamar.queries.resale_terms import ResaleRow
from pleamar.rules.rebill import LONGEST_REFERENCE, SellPrice, checked_reference, checked_sell_price
from pleamar.rules.refusals import Refused
from pleamar.wording.refusals import refusal
from pleamar.wording.typed_numbers import as_typed, is_grouped, with_point

_LONGEST_PRICE = 20


def _text(label: Any, longest: int, **attributes: str) -> forms.CharField:
    # What stood there when the page was made goes along: whatever nobody touched is not written over.
    return forms.CharField(
        label=label,
        required=False,
        max_length=longest,
        show_hidden_initial=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributes}),
    )


class TermsForm(forms.Form):
    """Reference, product code and price, which is in `currency`; a price in another currency is shown beside it."""

    reference = _text(gettext_lazy("Your reference"), LONGEST_REFERENCE)
    product_code = _text(gettext_lazy("Product code"), LONGEST_REFERENCE)
    sell_price = _text(gettext_lazy("Sell price"), _LONGEST_PRICE, inputmode="decimal")

    def __init__(self, row: ResaleRow, currency: str, data: Any = None) -> None:
        self.row = row
        self._currency = currency
        price = row.price
        self.other_price = price if price is not None and price.currency != currency else None
        initial = {
            "reference": row.reference,
            "product_code": row.product_code,
            "sell_price": as_typed(price.plain) if price is not None and price.currency == currency else "",
        }
        super().__init__(data, prefix=row.public_id, initial=initial, auto_id="%s", use_required_attribute=False)
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label}: {row.customer}"

    def clean_reference(self) -> str:
        """Trimmed."""
        return self._checked_reference("reference")

    def clean_product_code(self) -> str:
        """Trimmed."""
        return self._checked_reference("product_code")

    def clean_sell_price(self) -> SellPrice | None:
        """None for no price. It is read in the reader's own way, and has no marks between thousands."""
        text = self.cleaned_data["sell_price"].strip()
        if not text:
            return None
        try:
            return SellPrice(checked_sell_price("" if is_grouped(text) else with_point(text)), self._currency)
        except Refused as refused:
            theirs = {"price": text, "example": as_typed(str(refused.facts["example"]))}
            raise forms.ValidationError(refusal(Refused(refused.code, **{**refused.facts, **theirs}))) from refused

    def terms(self) -> Terms | None:
        """What is to be written down of this customer; None where nobody touched it."""
        told, changed = self.cleaned_data, set(self.changed_data)
        if not changed:
            return None
        return Terms(
            self.row.account_id,
            reference=told["reference"] if "reference" in changed else None,
            product_code=told["product_code"] if "product_code" in changed else None,
            price=told["sell_price"] if "sell_price" in changed else None,
            no_price="sell_price" in changed and told["sell_price"] is None,
        )

    def _checked_reference(self, name: str) -> str:
        try:
            return checked_reference(self.cleaned_data[name])
        except Refused as refused:
            raise forms.ValidationError(refusal(refused)) from refused
