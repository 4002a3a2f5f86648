"""The addresses of the support desk, below ``support/``."""

from django.urls import path

from chat.api.support.canned import CannedViewSet
from chat.api.support.desk import RequestDeskViewSet
from chat.api.support.hours import HoursViewSet, SummaryViewSet, TagsViewSet
from chat.api.support.ratings import RatingViewSet
from chat.api.support.requests import RequestViewSet
from chat.api.support.visitors import VisitorViewSet

support_urls = [
    path("", RequestViewSet.as_view({"get": "list"}), name="requests"),
    path("hours/", HoursViewSet.as_view({"get": "hours"}), name="desk-hours"),
    path("summary/", SummaryViewSet.as_view({"get": "summary"}), name="desk-summary"),
    path("tags/", TagsViewSet.as_view({"get": "tags"}), name="desk-tags"),
    path("canned/", CannedViewSet.as_view({"get": "list", "post": "create"}), name="canned-replies"),
    path(
        "canned/<canned_id>/",
        CannedViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="canned-reply",
    ),
    path("canned/<canned_id>/text/", CannedViewSet.as_view({"get": "render"}), name="canned-text"),
    path("visitor/", VisitorViewSet.as_view({"post": "create"}), name="visitor"),
    path("visitor/claim/", VisitorViewSet.as_view({"post": "claim"}), name="visitor-claim"),
    path(
        "<group_id>/",
        RequestViewSet.as_view({"get": "retrieve", "patch": "partial_update"}),
        name="request",
    ),
    path("<group_id>/take/", RequestViewSet.as_view({"post": "take"}), name="request-take"),
    path("<group_id>/assign/", RequestViewSet.as_view({"post": "assign"}), name="request-assign"),
    path("<group_id>/tags/", RequestViewSet.as_view({"put": "tags"}), name="request-tags"),
    path("<group_id>/priority/", RequestViewSet.as_view({"put": "priority"}), name="request-priority"),
    path("<group_id>/desk/", RequestDeskViewSet.as_view({"get": "streams"}), name="request-desk"),
    path("<group_id>/notes/", RequestDeskViewSet.as_view({"post": "create"}), name="request-notes"),
    path("<group_id>/attendance/", RequestDeskViewSet.as_view({"post": "attend"}), name="request-attendance"),
    path("<group_id>/resolve/", RatingViewSet.as_view({"post": "resolve"}), name="request-resolve"),
    path("<group_id>/rating/", RatingViewSet.as_view({"get": "retrieve", "put": "update"}), name="request-rating"),
]
