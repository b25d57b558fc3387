"""Every request that the tests send to Stripe, as it went over the wire. Runs in the tests' own process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe
from stripe import _api_requestor

MADE_UP = "made up by the SDK"
Tree = str | list["Tree"] | dict[str, "Tree"]


@dataclass(frozen=True, slots=True)
class Sent:
    """A request: GET or POST, the path, its parameters as a tree of texts, and its headers."""

    verb: str
    path: str
    params: dict[str, Tree]
    headers: Mapping[str, str]


class RecordingClient(stripe.RequestsClient):
    """The SDK's own client, which writes down what it sends before it does."""

    def __init__(self, sent: list[Sent], timeout: int) -> None:
        super().__init__(timeout=timeout)
        self.sent = sent

    # Typed as in the class that it extends, which departs from that one's own.
    def request(  # type: ignore[override]
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """See `stripe.HTTPClient`."""
        address = urlsplit(url)
        fields = [parse_qsl(text, keep_blank_values=True) for text in (address.query, post_data or "")]
        params = unflattened([*fields[0], *fields[1]])
        self.sent.append(Sent(method.upper(), address.path, params, dict(headers or {})))
        return super().request(method, url, headers, post_data)


def keys_are_ours() -> str:
    """In place of the SDK's making one up: a key that nobody gave is then seen to be none."""
    return MADE_UP


def own_key_maker() -> tuple[object, str]:
    """Where the SDK makes up keys: a module and the name there."""
    assert hasattr(_api_requestor, "_generate_idempotency_key")
    return _api_requestor, "_generate_idempotency_key"


def unflattened(pairs: list[tuple[str, str]]) -> dict[str, Tree]:
    """`a[b][0]=x` as `{"a": {"b": ["x"]}}`. Raises ValueError for a name that is both a value and a branch."""
    root: dict[str, Tree] = {}
    for name, value in pairs:
        *branches, leaf = name.replace("]", "").split("[")
        place = root
        for branch in branches:
            deeper = place.setdefault(branch, {})
            if not isinstance(deeper, dict):
                raise ValueError(name)  # noqa: TRY004 - the text is wrong, not its type
            place = deeper
        place[leaf] = value
    return {name: _listed(tree) for name, tree in root.items()}


def _listed(tree: Tree) -> Tree:
    if not isinstance(tree, dict):
        return tree
    below = {name: _listed(value) for name, value in tree.items()}
    return list(below.values()) if below and all(name.isdigit() for name in below) else below
