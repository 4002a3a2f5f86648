"""Touched: groups of a fold in which people have written since, so that undoing would take it from them.

A group is touched by every shared change (a message, an edit, a deletion, a reaction, a vote, a pin, a call, a member
who came, went or got another role, another name, a status): each takes a version of the group, and the fold notes its
own. Further by what people have begun or asked for there: a draft, a scheduled or held message, a report, an
invitation, a ban, a legal hold, a desk, a file, and whatever else a later version keeps by group. Not by what
is a reader's own and was not written: read positions, mute, pin, archive, hidden messages, a cleared history.
"""

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Max, QuerySet

if TYPE_CHECKING:
    from chat.legacy.models import Models

FOLDED = frozenset(
    {
        "Call",
        "CallParticipant",
        "ChatGroupUser",
        "ChatMessage",
        "Mention",
        "MessageHidden",
        "MessageReaction",
        "MessageRevision",
        "PollVote",
        "ReportedMessage",
        "StatusChange",
        "SupportRequest",
    }
)
"""What the fold writes of a group, and people only with a version of it."""
FLEETING = frozenset({"Attendance", "ReadMark", "SearchEntry", "SearchProgress"})
"""What comes and goes by itself."""


class TouchedGroup(NamedTuple):
    """A group in which people have written, and by what it shows."""

    group_id: UUID
    why: str


class Touched(Exception):
    """People have written in folded groups: nothing was undone."""

    def __init__(self, groups: list[TouchedGroup]) -> None:
        self.groups = groups
        super().__init__(f"People have written in {len(groups)} folded groups.")


def touched_among(models: "Models", rows: QuerySet[Any], groups: Collection[Any]) -> list[TouchedGroup]:
    """Return which of these groups are touched. ``rows`` are the ``LegacyRow``s of the source."""
    found = dict(_reasons(models, rows, {group.pk: group.version for group in groups}))
    return [TouchedGroup(group_id, why) for group_id, why in found.items()]


def related_to(model: Any) -> Iterator[tuple[Any, str]]:  # noqa: ANN401 (a model)
    """Yield what has a key to ``model``, with the name of the key."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.related_model, relation.field.name


def _reasons(models: "Models", rows: QuerySet[Any], versions: dict[UUID, int]) -> Iterator[tuple[UUID, str]]:
    """Yield what touched a group, the plainest last."""
    reports = models.rows("Report").filter(group__in=versions).values_list("pk", "group_id")
    if reported := {str(pk): group_id for pk, group_id in reports}:
        known = rows.filter(new_model="Report", new_id__in=reported).values_list("new_id", flat=True)
        yield from ((reported[pk], "Report") for pk in reported.keys() - set(known))
    for model, key in related_to(models.ChatGroup):
        name = model.__name__
        if name not in FOLDED | FLEETING and name != "Report":
            there = models.rows(name).filter(**{f"{key}__in": versions}).order_by().values_list(key, flat=True)
            yield from ((group_id, name) for group_id in there.distinct())
    drafts = models.rows("ChatGroupUser").filter(group__in=versions).exclude(draft_text="")
    yield from ((group_id, "draft") for group_id in drafts.values_list("group_id", flat=True))
    folded = rows.filter(new_model="ChatGroup", new_id__in=[str(pk) for pk in versions]).order_by()
    marks = dict(folded.values_list("new_id").annotate(Max("folded_version")))
    yield from ((pk, "changed here") for pk, version in versions.items() if version > (marks.get(str(pk)) or 0))
