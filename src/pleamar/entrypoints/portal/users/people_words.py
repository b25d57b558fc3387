"""What an act on users is called, before it is done and after."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.utils.translation import get_language, gettext, ngettext

from pleamar.entrypoints.portal.users.people_acts import PeopleAct, PeopleEffects
from pleamar.queries.customers import CustomerRow
from pleamar.wording.money import count


class PeopleWords(NamedTuple):
    """A page's heading, what the act means, its button, and what is said when it is done. `grave`: it takes away."""

    heading: str
    changes: list[str]
    button: str
    done: str
    grave: bool


def people_words(told: PeopleEffects, now: datetime) -> PeopleWords:
    """The words for so many."""
    language = get_language() or "en"
    one = told.chosen[0].email if len(told.chosen) == 1 else ""
    facts = {
        "who": one or _users(told.changed or len(told.chosen)),
        "changed": one or _users(told.changed),
        "target": told.target.name if told.target else "",
        "there": count(told.there, language),
    }
    heading, button, done = _named(told.act, facts)
    changes = list(_changes(told, facts))
    if told.target and (barred := _barred(told.target, now)):
        changes.append(barred % facts)
    if told.act == "activate" and told.money.peak_after > told.money.peak_before:
        button = gettext("Make active and bill from now on")
    return PeopleWords(heading, changes, button, done, grave=told.act in ("delete", "deny"))


def _users(number: int) -> str:
    words = ngettext("%(count)s user", "%(count)s users", number)
    return words % {"count": count(number, get_language() or "en")}


def _named(act: PeopleAct, facts: dict[str, str]) -> tuple[str, str, str]:
    headings = {
        "activate": gettext("Make active: %(who)s"),
        "deactivate": gettext("Make inactive: %(who)s"),
        "move": gettext("Move to another customer: %(who)s"),
        "deny": gettext("Put on the deny list: %(who)s"),
        "delete": gettext("Delete: %(who)s"),
    }
    buttons = {
        "activate": gettext("Make active"),
        "deactivate": gettext("Make inactive"),
        "move": gettext("Move to %(target)s"),
        "deny": gettext("Put on the deny list"),
        "delete": gettext("Delete"),
    }
    done = {
        "activate": gettext("Made active: %(changed)s."),
        "deactivate": gettext("Made inactive: %(changed)s."),
        "move": gettext("Moved to %(target)s: %(changed)s."),
        "deny": gettext("Put on the deny list: %(changed)s."),
        "delete": gettext("Deleted: %(changed)s."),
    }
    return headings[act] % facts, buttons[act] % facts, done[act] % facts


def _changes(told: PeopleEffects, facts: dict[str, str]) -> list[str]:
    if told.act == "activate":
        changes = [gettext("They can sign in and receive material again, from now on.")]
    elif told.act == "deactivate":
        changes = [gettext("They cannot sign in and receive nothing, from now on. You can make them active again.")]
    elif told.act == "deny":
        changes = [
            gettext(
                "They become inactive now, and no list, file or directory can make them active again until you take"
                " them off the deny list of their customer."
            )
        ]
    elif told.act == "delete":
        changes = [
            gettext("They become inactive and leave the lists. What they were billed for stays provable."),
            gettext("Whoever is added again later is the same user, with the same history."),
        ]
    else:
        changes = [
            gettext(
                "Who is active is active there, who is inactive stays so. What happened here stays in the history of"
                " this customer."
            )
        ]
    if told.there:
        words = ngettext("%(there)s user is there already.", "%(there)s users are there already.", told.there)
        changes.append(words % facts)
    elif told.unchanged and told.act != "move":
        changes.append(_already(told))
    return changes


def _barred(target: CustomerRow, now: datetime) -> str:
    """Why nobody signs in where they move to; empty where they can."""
    end, waits = target.trial_ends_at, target.activation_due_at is not None
    if target.is_trial and end is not None and end <= now and waits:
        return gettext("The free trial of %(target)s has ended: nobody can sign in there until it goes live.")
    if target.is_trial and end is not None and end <= now:
        return gettext("The free trial of %(target)s has ended: nobody can sign in there, and nobody there is billed.")
    if target.blocked:
        return gettext("Sign-in is blocked for %(target)s, so they cannot sign in there.")
    return ""


def _already(told: PeopleEffects) -> str:
    number = told.unchanged
    if told.act == "activate":
        words = ngettext("%(count)s user is active already.", "%(count)s users are active already.", number)
    elif told.act == "deactivate":
        words = ngettext("%(count)s user is inactive already.", "%(count)s users are inactive already.", number)
    else:
        words = ngettext(
            "%(count)s user is on the deny list already.", "%(count)s users are on the deny list already.", number
        )
    return words % {"count": count(number, get_language() or "en")}
