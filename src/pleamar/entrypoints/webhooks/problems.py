"""Errors as machines read them (RFC 9457): one line of JSON, and nothing of what went on inside."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse


def problem(status: int, title: str) -> HttpResponse:
    """The answer that says what is wrong."""
    told = json.dumps({"status": status, "title": title})
    return HttpResponse(f"{told}\n", status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be understood, or is for a host that we are not."""
    del request, exception
    return problem(400, "this request cannot be understood, or is for another host")


def forbidden(request: HttpRequest, exception: Exception | None = None, reason: str = "") -> HttpResponse:
    """One that may not be made."""
    del request, exception, reason
    return problem(403, "this may not be done")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that there is not."""
    del request, exception
    return problem(404, "there is nothing here")


def not_allowed(*methods: str) -> HttpResponse:
    """Another method than the ones that there are."""
    answer = problem(405, f"only {' and '.join(methods)} can be done here")
    answer.headers["Allow"] = ", ".join(methods)
    return answer


def server_error(request: HttpRequest, *arguments: Any) -> HttpResponse:
    """Something went wrong that nobody expected; the log has it."""
    del request, arguments
    return problem(500, "something went wrong; the log has it")


def unavailable(request: HttpRequest) -> HttpResponse:
    """The database is away, which mostly passes. Events may come twice; of nothing else do we know what twice does."""
    if request.method in ("GET", "HEAD", "OPTIONS") or request.path.startswith("/webhooks/"):
        return problem(503, "the database does not answer; send it again later")
    return problem(503, "the database does not answer; this may have been done already")
