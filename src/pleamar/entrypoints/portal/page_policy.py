"""What a single page may do beyond what the settings allow every page (Content-Security-Policy)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from csp.decorators import csp_update

P = ParamSpec("P")
R = TypeVar("R")


def also_allows(directive: str, source: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The page it stands over allows this source for that directive as well."""

    def decorated(view: Callable[P, R]) -> Callable[P, R]:
        widened: Any = csp_update({directive: [source]})  # its types know no views with arguments
        return cast("Callable[P, R]", widened(view))

    return decorated
