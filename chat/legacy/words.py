"""The words of ``LegacyRow``: why a row was not kept, and what is to be known of one that was. For machines."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a row did not become a row of its own, or nothing at all."""

    SAME_CONVERSATION = "same_conversation"  # merged: its people had an older one
    SAME_PERSON = "same_person"  # merged: another of the same person says more
    SAME_REACTION = "same_reaction"  # merged: the same emoji of the same person, earlier
    NATIVE_GROUP = "native_group"  # merged: people had begun it here already
    SAME_PIN = "same_pin"  # merged: the message was pinned already
    READ_POSITION = "read_position"  # merged: it moved how far the person has read
    SAME_CALL = "same_call"  # merged: the other side wrote about it, too
    SAME_VOTE = "same_vote"  # merged: the same option again, or one that the person gave up for another
    SAME_REPORT = "same_report"  # merged: an earlier one of the same person waits
    PART_OF_POLL = "part_of_poll"  # merged: an option of a poll
    NATIVE_ROW = "native_row"  # merged: people made their own here
    SELF_BLOCK = "self_block"  # reported: between one's own profiles
    SELF_CONNECTION = "self_connection"  # reported: the same
    CONNECTION_BLOCKED = "connection_blocked"  # reported: what blocks is another table's to say
    STATE_UNKNOWN = "state_unknown"
    PERSON_UNKNOWN = "person_unknown"
    NOBODY_KNOWN = "nobody_known"  # a conversation without a known person
    NOBODY_COULD_SEE = "nobody_could_see"  # of an unknown person, where no known one was left
    PARENT_MISSING = "parent_missing"  # what it belongs to is not there, or quarantined itself
    MESSAGE_DELETED = "message_deleted"  # reported: what was on a message that is a tombstone now


class Flag(StrEnum):
    """What is to be known of a row that was folded."""

    PROFILE_GONE = "profile_gone"  # the stored user stands for it
    PROFILE_DISAGREES = "profile_disagrees"  # the table of profiles wins
    SENDER_UNKNOWN = "sender_unknown"
    PERSON_UNKNOWN = "person_unknown"  # somebody else whom the row names
    OTHER_SIDE_UNKNOWN = "other_side_unknown"
    OTHER_SIDE_LEFT = "other_side_left"
    BECAME_GROUP = "became_group"
    SUPPORT_BECAME_GROUP = "support_became_group"
    SUPPORT_WITHOUT_CLIENT = "support_without_client"
    GROUP_TYPE_UNKNOWN = "group_type_unknown"
    PICTURE_DROPPED = "picture_dropped"  # groups have none here
    CLIENT_NO_MEMBER = "client_no_member"
    NATIVE_GROUP = "native_group"
    NO_OWNER = "no_owner"
    ROLE_MAPPED = "role_mapped"
    NAME_CUT = "name_cut"
    VALUE_CUT = "value_cut"
    VALUE_UNKNOWN = "value_unknown"  # of a setting: the strictest instead
    TWO_STEP = "two_step"  # two-step sign-in was on, and must be set again
    WIDENED = "widened"  # a block that now covers conversations in other roles, too
    MESSAGE_MISSING = "message_missing"  # not every message that a report names was folded
    CALL_SINGLE = "call_single"  # nothing of the other side was found
    CALL_WITHOUT_START = "call_without_start"  # it began when its row was written
    TIMES_REVERSED = "times_reversed"  # a call that ended before it began, or the like
    TEXT_CLEANED = "text_cleaned"
    TYPE_UNKNOWN = "type_unknown"
    TIME_UNREADABLE = "time_unreadable"
    TIME_MOVED = "time_moved"
    LATE = "late"
    REPLY_ELSEWHERE = "reply_elsewhere"
    REPLY_MISSING = "reply_missing"
    REACTOR_NO_MEMBER = "reactor_no_member"
    FORWARD_UNKNOWN = "forward_unknown"
    CHANGED_LATER = "changed_later"  # a later run applied what the old application had changed
    NEW_APP_WINS = "new_app_wins"  # changed there and here; what was said here stays


UNREAD_COLLAPSED = "unread_collapsed"
"""A flag with a number behind a colon: how many messages that a source still called unread count as read now."""
