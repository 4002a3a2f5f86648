"""Conditional requests (RFC 9110, 13), where there is an ``ETag`` and no date."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

from chat.exceptions import PreconditionFailed


def not_modified(request: HttpRequest, etag: str) -> HttpResponse | None:
    """Return the answer 304 to a GET whose client has what ``etag`` stands for; None where it is to be sent.

    Raises PreconditionFailed where ``If-Match`` names no present state: that compares strongly, so only ``*`` ever
    fits a weak tag. Conditions by date are left alone, as nothing here has one.
    """
    wanted = parse_etags(request.headers.get("If-Match", ""))
    if wanted and wanted != ["*"] and (etag.startswith("W/") or etag not in wanted):
        raise PreconditionFailed
    known = parse_etags(request.headers.get("If-None-Match", ""))
    if known == ["*"] or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in known):
        return HttpResponseNotModified()
    return None
