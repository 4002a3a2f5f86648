"""What the support desk shows its staff, and what it shows clients."""

from typing import Any

from rest_framework import serializers

from chat.api.examples import GROUP_ID, HISTORY, MESSAGE, OTHER_GROUP_ID, PROFILE, Json
from chat.api.fields import Time
from chat.api.shapes import HistoryShape, ProfileShape
from chat.api.shapes.base import Shape
from chat.api.shapes.messages import MessageShape
from chat.choices import Priority, SupportStatus
from chat.roles import Role

CLIENT: Json = PROFILE | {"id": "7", "name": "Gebre"}
RATING: Json = {"rating": 5, "rating_text": "Quick and kind.", "rated_at": "2026-03-02T09:00:00.000000Z"}
REQUEST: Json = {
    "chat_group_id": GROUP_ID,
    "name": "Invoice",
    "client": CLIENT,
    "status": "open",
    "assignee": None,
    "priority": 2,
    "last_seq": 41,
    "version": 47,
    "created_at": "2026-03-02T08:00:00.000000Z",
    "last_message_at": "2026-03-02T08:15:30.123456Z",
    "snoozed_until": None,
    "first_response_at": "2026-03-02T08:10:00.000000Z",
    "first_response_seconds": 600,
    "resolved_at": None,
    "resolution_seconds": None,
    "reopened_count": 0,
    "rating": None,
    "rating_text": "",
    "rated_at": None,
    "tags": ["billing"],
    "my_role": "staff",
    "unread_count": 1,
    "last_message": MESSAGE,
    "desk": {
        "chat_group_id": OTHER_GROUP_ID,
        "last_seq": 3,
        "version": 6,
        "state_version": 2,
        "unread_count": 1,
        "unread_mention_count": 0,
    },
}
NOTE: Json = MESSAGE | {"chat_group_id": OTHER_GROUP_ID, "message_text": "They were charged twice.", "seq": 3}
DESK: Json = {"conversation": HISTORY, "notes": HISTORY | {"messages": [NOTE]}}
CANNED: Json = {
    "id": "01932c62-88aa-7f10-9c3b-5d2e7f90ab12",
    "name": "hello",
    "text": "Hi {{client_name}}, this is {{staff_name}}.",
    "is_shared": False,
    "created_at": "2026-03-02T08:00:00.000000Z",
    "changed_at": "2026-03-02T08:00:00.000000Z",
}
ATTENDANCE: Json = {
    "user_id": "2",
    "looked_at": "2026-03-02T08:15:30.000000Z",
    "wrote_at": None,
    "profile": PROFILE,
}
HOURS: Json = {
    "time_zone": "Africa/Addis_Ababa",
    "intervals": [{"weekday": 0, "opens": "08:30", "closes": "17:30"}],
    "holidays": [{"date": "2026-09-11", "name": "Enkutatash"}],
    "away_message": "We are back on Monday.",
    "opens_at": "2026-03-02T05:30:00.000000Z",
}
TALLY: Json = {
    "answered": 12,
    "first_response_seconds": 340,
    "resolved": 9,
    "resolution_seconds": 7200,
    "rating": 4.5,
}
SUMMARY: Json = {
    "people": [{"profile": PROFILE} | TALLY],
    "days": [{"date": "2026-03-02"} | TALLY],
    "tags": [{"tag": "billing"} | TALLY],
}


class RatingShape(Shape):
    """What a client says of how they were served."""

    rating = serializers.IntegerField(allow_null=True, min_value=1, max_value=5)
    rating_text = serializers.CharField()
    rated_at = Time(allow_null=True)


class RequestDeskShape(Shape):
    """Where the staff of a request talk among themselves: a group, for all routes that take the id of one."""

    chat_group_id = serializers.UUIDField()
    last_seq = serializers.IntegerField()
    version = serializers.IntegerField()
    state_version = serializers.IntegerField()
    unread_count = serializers.IntegerField()
    unread_mention_count = serializers.IntegerField()


class RequestShape(RatingShape):
    """A support request, for staff. Seconds are inside business hours."""

    chat_group_id = serializers.UUIDField()
    name = serializers.CharField(allow_null=True)
    client = ProfileShape()
    status = serializers.ChoiceField(choices=SupportStatus.choices)
    assignee = ProfileShape(allow_null=True)
    priority = serializers.ChoiceField(choices=Priority.choices, help_text="A greater number is more urgent.")
    last_seq = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = Time()
    last_message_at = Time(allow_null=True)
    snoozed_until = Time(allow_null=True)
    first_response_at = Time(allow_null=True)
    first_response_seconds = serializers.IntegerField(allow_null=True)
    resolved_at = Time(allow_null=True)
    resolution_seconds = serializers.IntegerField(allow_null=True)
    reopened_count = serializers.IntegerField()
    tags = serializers.ListField(child=serializers.CharField())
    my_role = serializers.ChoiceField(choices=Role.choices, allow_null=True, help_text="Null: not taken yet.")
    unread_count = serializers.IntegerField()
    last_message = MessageShape(allow_null=True)
    desk = RequestDeskShape(allow_null=True, help_text="Null until the first note.")


class DeskShape(Shape):
    """The two streams of a request, each by its own numbers; ``created_at`` says how to show them together."""

    conversation = HistoryShape()
    notes = HistoryShape(allow_null=True, help_text="Null until the first note.")


class CannedShape(Shape):
    """Words that staff need often."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    text = serializers.CharField()
    is_shared = serializers.BooleanField(help_text="Everybody's at the desk: changed in the admin.")
    created_at = Time()
    changed_at = Time()


class TextShape(Shape):
    """Words with the names of now, to be sent."""

    text = serializers.CharField()


class AttendanceShape(Shape):
    """Somebody who was at the request within the last minute."""

    user_id = serializers.CharField(allow_null=True)
    looked_at = Time()
    wrote_at = Time(allow_null=True)
    profile = ProfileShape()


class OthersShape(Shape):
    """Who else is there, whoever wrote last first."""

    others = AttendanceShape(many=True)


class IntervalShape(Shape):
    """A time of a weekday; 0 is Monday, and midnight at its end is 00:00."""

    weekday = serializers.IntegerField()
    opens = serializers.CharField()
    closes = serializers.CharField()


class HolidayShape(Shape):
    """A day on which the desk is closed."""

    date = serializers.DateField()
    name = serializers.CharField()


class HoursShape(Shape):
    """When the desk is open. No intervals and an ``opens_at``: always."""

    time_zone = serializers.CharField()
    intervals = IntervalShape(many=True)
    holidays = HolidayShape(many=True)
    away_message = serializers.CharField()
    opens_at = Time(allow_null=True, help_text="From when on it is open, which may be now; null: not within a year.")


class TallyShape(Shape):
    """How many requests were answered and resolved, with averages in seconds inside business hours."""

    answered = serializers.IntegerField()
    first_response_seconds = serializers.IntegerField(allow_null=True)
    resolved = serializers.IntegerField()
    resolution_seconds = serializers.IntegerField(allow_null=True)
    rating = serializers.FloatField(allow_null=True)


class PersonTallyShape(TallyShape):
    """Of one person: what they answered first, and what was resolved while they took care of it."""

    profile = ProfileShape(allow_null=True, help_text="Null: resolved while nobody took care of it.")


class DayTallyShape(TallyShape):
    """Of one day, in the desk's time zone."""

    date = serializers.DateField()


class TagTallyShape(TallyShape):
    """Of the requests with one tag."""

    tag = serializers.CharField()


class SummaryShape(Shape):
    """How the desk did."""

    people = PersonTallyShape(many=True)
    days = DayTallyShape(many=True)
    tags = TagTallyShape(many=True)


class TagsShape(Shape):
    """The tags of the tenant."""

    tags = serializers.ListField(child=serializers.CharField())


class ClaimedShape(Shape):
    """The requests that are the caller's now."""

    chat_group_ids: Any = serializers.ListField(child=serializers.UUIDField())
