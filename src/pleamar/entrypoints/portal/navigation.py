"""The portal's places, in the order in which they stand beside every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pleamar.entrypoints.portal.viewer import Viewer
from pleamar.rules.roles import Permission


class _Place(NamedTuple):
    """A place: the name of its address, what it is called, who sees it, and the icon of the main ones."""

    name: str
    label: Promise
    needs: Permission
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A place as one reader gets it. `here`: they are there, or below it."""

    address: str
    label: Promise
    icon: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Places under a heading; the first group has none."""

    heading: Promise | str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Navigation:
    """All places by group; on a narrow screen `main` stand in the bar below, and `more` behind its last button."""

    groups: tuple[Group, ...]

    @property
    def main(self) -> list[Link]:
        """Those with an icon."""
        return [link for link in self._links() if link.icon]

    @property
    def more(self) -> list[Link]:
        """The others."""
        return [link for link in self._links() if not link.icon]

    def _links(self) -> Iterator[Link]:
        return (link for group in self.groups for link in group.links)


_GROUPS: Final = (
    (
        "",
        (
            _Place("portal:usage", gettext_lazy("Usage"), "see_use", "usage"),
            _Place("portal:customers", gettext_lazy("Customers"), "see_use", "customers"),
            _Place("portal:users", gettext_lazy("Users"), "see_use", "users"),
            _Place("portal:deny_lists", gettext_lazy("Deny lists"), "see_use"),
        ),
    ),
    (
        gettext_lazy("Billing"),
        (
            _Place("portal:invoices", gettext_lazy("Invoices"), "see_prices", "invoices"),
            _Place("portal:payment", gettext_lazy("Payment"), "see_prices"),
            _Place("portal:rebill", gettext_lazy("Rebill"), "see_prices"),
            _Place("portal:calculator", gettext_lazy("Calculator"), "see_prices"),
            _Place("portal:annual_quote", gettext_lazy("Annual quote"), "see_prices"),
        ),
    ),
    (
        gettext_lazy("You and your team"),
        (
            _Place("portal:team", gettext_lazy("Team"), "manage_team"),
            _Place("portal:notifications", gettext_lazy("Notifications"), "manage_billing"),
            _Place("portal:activity", gettext_lazy("Activity"), "see_use"),
            _Place("security", gettext_lazy("Your sign-in"), "see_use"),
            _Place("portal:help", gettext_lazy("How billing works"), "see_use"),
        ),
    ),
)


def navigation(request: HttpRequest, viewer: Viewer) -> Navigation:
    """What this reader may see of it."""
    groups = (
        Group(heading, tuple(_link(place, request.path) for place in places if viewer.may(place.needs)))
        for heading, places in _GROUPS
    )
    return Navigation(tuple(group for group in groups if group.links))


def _link(place: _Place, path: str) -> Link:
    address = reverse(place.name)
    return Link(address, place.label, place.icon, here=path == address or path.startswith(f"{address}/"))
