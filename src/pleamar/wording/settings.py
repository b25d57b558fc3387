"""What each setting means, in a sentence."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop

_MEANINGS: Final = {
    "trial_days": gettext_noop("how long a trial is free, in days"),
    "trial_member_limit": gettext_noop("how many active users a trial may have; the limit goes with its activation"),
    "trial_notice_days": gettext_noop("how many days before the end of a trial its partner is told"),
    "warning_days": gettext_noop("how many days after an invoice was due its partner is warned"),
    "suspension_days": gettext_noop("after how many days without payment access may be suspended"),
    "suspension": gettext_noop("who suspends access then: “staff” approve each case, or it is “automatic”"),
    "closing_notice_days": gettext_noop("how many days before the end of a cycle its partner is told"),
    "no_card_notice_days": gettext_noop("how many days before the end of a cycle a partner without a card is told"),
    "card_expiry_notice_days": gettext_noop("how many days before its card expires a partner is told"),
    "price_notice_days": gettext_noop("how many days before a rise in prices the partners it concerns are told"),
    "growth_percent": gettext_noop("growth over the last cycle’s peak that is unusual, in percent"),
    "growth_seats": gettext_noop("growth over the last cycle’s peak that is unusual, in seats at least"),
    "features": gettext_noop("the names of the features; a monthly seat includes all of them"),
    "brand_name": gettext_noop("the name on mails; the seller’s if there is none"),
    "brand_logo": gettext_noop("the picture at the top of mails: a PNG or JPEG"),
    "brand_accent": gettext_noop("the colour of buttons in mails"),
    "brand_sender": gettext_noop("the address that mails come from; the seller’s if there is none"),
    "staff_language": gettext_noop("the language of mails to your own staff: “en” or “es”"),
    "second_factor_roles": gettext_noop("the roles that cannot sign in without a second factor"),
}


def meaning(name: str) -> str:
    """What the setting of this name is for, in the active language."""
    return gettext(_MEANINGS[name])
