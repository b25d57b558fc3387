"""Whether we are well: the database answers."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from pleamar.entrypoints.webhooks.problems import not_allowed, problem


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """`ok`, or 503."""
    if request.method not in ("GET", "HEAD"):
        return not_allowed("GET", "HEAD")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return problem(503, "the database does not answer")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
