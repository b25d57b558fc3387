"""What an act on a customer is called, and what it means in words, before it is done and after."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import get_language, gettext, ngettext

from pleamar.entrypoints.portal.customers.acts import ActEffects, CustomerAct
from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.queries.customer import Customer
from pleamar.rules.cycles import local_date
from pleamar.wording.dates import day, long_day
from pleamar.wording.money import count


class ActWords(NamedTuple):
    """A page's heading, what changes, the button, and what is said when it is done. `grave`: it takes access away."""

    heading: str
    changes: list[str]
    button: str
    done: str
    grave: bool = False


class Offer(NamedTuple):
    """An act as the customer's page offers it: where it leads, its name, and its sense in a sentence."""

    route: str
    name: str
    sense: str


def offer(act: CustomerAct, customer: Customer, *, cycle_end: str) -> Offer:
    """The act among others. `cycle_end` is the day from which less would be billed."""
    stops = gettext("Everybody becomes inactive, until you resume. It lowers your bill from %(date)s.")
    closes = gettext("Nobody signs in and nobody counts any more. It lowers your bill from %(date)s.")
    is_billed = customer.billable and not customer.row.billing_stopped
    name, sense = {
        "block": (
            gettext("Block sign-in"),
            gettext("Nobody signs in or gets anything. Its users are billed all the same.")
            if is_billed
            else gettext("Nobody signs in or gets anything."),
        ),
        "restore": (gettext("Restore sign-in"), gettext("Its active users can sign in again.")),
        "stop": (gettext("Stop billing"), stops % {"date": cycle_end}),
        "resume": (
            gettext("Resume billing"),
            gettext("Those who were active when it was stopped are active, and billed, again."),
        ),
        "close": (
            gettext("Close"),
            closes % {"date": cycle_end} if is_billed else gettext("Nobody signs in any more. It can be reopened."),
        ),
        "reopen": (gettext("Reopen"), gettext("It becomes again what it was before it was closed.")),
        "cancel": (gettext("Cancel the activation"), gettext("It stays a trial and does not go live.")),
    }[act]
    return Offer(f"portal:customer_{act}", name, sense)


def act_words(act: CustomerAct, customer: Customer, told: ActEffects, viewer: Viewer) -> ActWords:
    """The words of the act's own page."""
    language = get_language() or "en"
    facts = {
        "customer": customer.row.name,
        "users": count(customer.row.active_members, language),
        "date": long_day(local_date(told.money.cycle_end, told.money.timezone), language),
    }
    return _WORDS[act](customer, told, viewer, facts)


def _users(customer: Customer) -> int:
    return customer.row.active_members


def _block(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del told, viewer
    changes = [gettext("Nobody of %(customer)s can sign in, and nothing is sent to its users.") % facts]
    if customer.billable and not customer.row.billing_stopped:
        still = ngettext(
            "Sign-in blocked, still billed: its %(users)s active user stays active and counts as before.",
            "Sign-in blocked, still billed: its %(users)s active users stay active and count as before.",
            _users(customer),
        )
        changes.append(still % facts)
        changes.append(gettext("To be billed for less, stop its billing or close it instead."))
    elif customer.row.is_trial:
        changes.append(gettext("Its trial stays free and ends when it was to end."))
    return ActWords(
        heading=gettext("Block sign-in for %(customer)s") % facts,
        changes=changes,
        button=gettext("Block sign-in"),
        done=gettext("Sign-in is blocked for %(customer)s.") % facts,
        grave=True,
    )


def _restore(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del told
    ended = customer.row.is_trial and _trial_has_ended(customer, viewer)
    nobody = _trial_again(customer, viewer) if ended else _nobody(customer)
    done = (
        gettext("Sign-in is not blocked any more for %(customer)s.")
        if nobody
        else gettext("The users of %(customer)s can sign in again.")
    )
    return ActWords(
        heading=gettext("Restore sign-in for %(customer)s") % facts,
        changes=[nobody or _signs_in_again(customer) % facts],
        button=gettext("Restore sign-in"),
        done=done % facts,
    )


def _signs_in_again(customer: Customer) -> str:
    return ngettext(
        "Its %(users)s active user can sign in again, at once.",
        "Its %(users)s active users can sign in again, at once.",
        _users(customer),
    )


def _nobody(customer: Customer) -> str:
    """Why nobody signs in though the customer lets them; empty where somebody does."""
    if customer.row.billing_stopped:
        return gettext("Its billing stays stopped: nobody is active, so nobody can sign in until it is resumed.")
    if not customer.row.active_members:
        return gettext("It has no active users, so nobody can sign in until somebody is made active.")
    return ""


def _stop(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del told, viewer
    inactive = ngettext(
        "Its %(users)s active user becomes inactive at once: no sign-in, no mail.",
        "All of its %(users)s active users become inactive at once: no sign-in, no mail.",
        _users(customer),
    )
    return ActWords(
        heading=gettext("Stop billing for %(customer)s") % facts,
        changes=[
            inactive % facts,
            gettext("It lowers your bill from %(date)s on. The peak that this cycle has reached stays until then.")
            % facts,
            gettext("Nobody can be made active there meanwhile. When you resume, exactly these users come back."),
        ],
        button=gettext("Stop billing from %(date)s") % facts,
        done=gettext("Billing of %(customer)s is stopped. Your bill is lower from %(date)s on.") % facts,
        grave=True,
    )


def _resume(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del viewer
    back = told.resumed.change.activated if told.resumed else 0
    facts = {**facts, "back": count(back, get_language() or "en")}
    active = ngettext(
        "%(back)s user becomes active again, at once.", "%(back)s users become active again, at once.", back
    )
    changes = [active % facts]
    if customer.billable:
        changes.append(
            gettext("From this moment they count for the whole running cycle, which is billed on %(date)s.") % facts
        )
    if customer.row.blocked:
        changes.append(_still_blocked())
    return ActWords(
        heading=gettext("Resume billing for %(customer)s") % facts,
        changes=changes,
        button=gettext("Resume billing now"),
        done=gettext("Billing of %(customer)s goes on.") % facts,
    )


def _close(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del viewer
    changes = [gettext("Nobody of %(customer)s can sign in any more, at once.") % facts]
    if told.users:
        counts = ngettext(
            "Its %(users)s active user stops counting at once.",
            "Its %(users)s active users stop counting at once.",
            _users(customer),
        )
        changes.append(counts % facts)
        changes.append(
            gettext("It lowers your bill from %(date)s on. The peak that this cycle has reached stays until then.")
            % facts
        )
    if customer.row.activation_due_at is not None:
        changes.append(gettext("It was to go live with the next cycle, and will not, not even when it is reopened."))
    changes.append(gettext("Its users, limit and deny list are kept. You can reopen it."))
    return ActWords(
        heading=gettext("Close %(customer)s") % facts,
        changes=changes,
        button=gettext("Close %(customer)s") % facts,
        done=gettext("%(customer)s is closed.") % facts,
        grave=True,
    )


def _reopen(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    blocked = customer.row.blocked
    if told.reopens_as == "trial":
        changes, button = [_trial_again(customer, viewer)], gettext("Reopen the trial")
        if blocked:
            changes.append(_still_blocked())
    else:
        changes, button = [_live_again(customer, told) % facts], gettext("Reopen %(customer)s") % facts
        if told.users:
            changes.append(
                gettext("From this moment they count for the whole running cycle, which is billed on %(date)s.") % facts
            )
            button = gettext("Reopen and bill from now on")
    return ActWords(
        heading=gettext("Reopen %(customer)s") % facts,
        changes=changes,
        button=button,
        done=(
            gettext("%(customer)s is open again. Its sign-in is still blocked.")
            if blocked
            else gettext("%(customer)s is open again.")
        )
        % facts,
    )


def _live_again(customer: Customer, told: ActEffects) -> str:
    if customer.row.blocked and not told.users:
        return _still_blocked()
    if customer.row.blocked:
        return ngettext(
            "Its %(users)s active user counts again, but cannot sign in until sign-in is restored.",
            "Its %(users)s active users count again, but cannot sign in until sign-in is restored.",
            _users(customer),
        )
    return _nobody(customer) or _signs_in_again(customer)


def _still_blocked() -> str:
    return gettext("Its sign-in stays blocked: nobody can sign in until it is restored.")


def _trial_has_ended(customer: Customer, viewer: Viewer) -> bool:
    end = customer.trial_ended_at
    return end is not None and end <= viewer.now


def _trial_again(customer: Customer, viewer: Viewer) -> str:
    end = customer.trial_ended_at
    if end is None or not _trial_has_ended(customer, viewer):
        return gettext("It is the free trial again that it was, and ends when it was to end.")
    told = {"date": day(local_date(end, viewer.zone), get_language() or "en")}
    words = gettext("Its free trial ended on %(date)s, so nobody can sign in until it is activated or extended.")
    return words % told


def _cancel(customer: Customer, told: ActEffects, viewer: Viewer, facts: dict[str, str]) -> ActWords:
    del told, viewer
    waits = ngettext(
        "%(customer)s stays a trial. Its %(users)s active user is not billed from %(date)s on.",
        "%(customer)s stays a trial. Its %(users)s active users are not billed from %(date)s on.",
        _users(customer),
    )
    return ActWords(
        heading=gettext("Cancel the activation of %(customer)s") % facts,
        changes=[waits % facts, gettext("The trial ends when it was to end.")],
        button=gettext("Cancel the activation"),
        done=gettext("%(customer)s does not go live with the next cycle.") % facts,
    )


_WORDS = {
    "block": _block,
    "restore": _restore,
    "stop": _stop,
    "resume": _resume,
    "close": _close,
    "reopen": _reopen,
    "cancel": _cancel,
}
