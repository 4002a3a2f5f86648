"""The app's settings: one typed object over the host's ``CHAT = {...}``.

Values are read at each access, so that ``override_settings`` works. ``chat.checks`` reports wrong ones.
"""

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

from django.conf import settings as django_settings

T = TypeVar("T")

MEGABYTE = 1024 * 1024
DAY = 24 * 60 * 60
SECONDS_MAX = 2**31 - 1
"""What the column of a lifetime holds."""
TEXT_MAX = 20_000
"""Characters of a text that search knows in all its parts: ``chat_search_keys`` in migration 0004."""
DAYS_MAX = 36_600
"""A hundred years."""
GROUP_TYPES = ("support", "peer", "group")
"""The values of ``chat.roles.GroupType``, which stands above."""
PAIRS_NEEDED = ("table", "sender", "receiver", "text", "time")
PAIRS_COLUMNS = (*PAIRS_NEEDED, "id", "read", "deleted", "changed", "reference", "reference_type", "references")
"""Keys of the setting FOLD_PAIRS."""
FOLD_OPTIONS = frozenset({"database", "batch_size", "timezone", "call_timezone", "call_shifts"})
"""Keys of the options in the setting FOLD_ON_MIGRATE."""
ASTEGNI_PROFILES = {name: (f"{name}_profiles", "user_id") for name in ("student", "tutor", "parent", "advertiser")}
"""For the setting PROFILES: where an Astegni database keeps the profiles that its chat knew people by."""


class Setting(Generic[T]):
    """One key of ``CHAT``: its default, what it means, and which values are right."""

    def __init__(self, default: T, meaning: str, *, valid: Callable[[Any], bool], expected: str) -> None:
        self.default = default
        self.meaning = meaning
        self.valid = valid
        self.expected = expected
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: object, owner: type) -> T:
        host = getattr(django_settings, "CHAT", {})
        value: T = host.get(self.name, self.default) if isinstance(host, dict) else self.default  # chat.E001 reports it
        return value


def _is_positive(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_natural(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_dotted_path(value: object) -> bool:
    return isinstance(value, str) and "." in value


def _is_path_list(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_dotted_path(path) for path in value)


def _are_rates(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(name, str) and (rate is None or (isinstance(rate, str) and "/" in rate))
        for name, rate in value.items()
    )


def _are_extensions(value: object) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) and name.isalnum() for name in value)


def _are_tables(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(name, str)
        and isinstance(where, list | tuple)
        and 2 <= len(where) <= 3  # noqa: PLR2004 (table, column, and maybe a database)
        and all(isinstance(part, str) and part for part in where)
        for name, where in value.items()
    )


def _are_pairs(value: object) -> bool:
    if not isinstance(value, dict) or not all(name in PAIRS_COLUMNS and _is_name(value[name]) for name in value):
        return False
    return not value or all(name in value for name in PAIRS_NEEDED)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _are_folds(value: object) -> bool:
    return isinstance(value, dict) and all(
        _is_name(name) and isinstance(options, dict) and set(options) <= FOLD_OPTIONS for name, options in value.items()
    )


def _are_days(value: object) -> bool:
    return isinstance(value, dict) and all(
        name in GROUP_TYPES and _is_positive(days) and days <= DAYS_MAX for name, days in value.items()
    )


def _positive(default: int, meaning: str) -> Setting[int]:
    return Setting(default, meaning, valid=_is_positive, expected="a whole number above 0")


def _natural(default: int, meaning: str) -> Setting[int]:
    return Setting(default, meaning, valid=_is_natural, expected="a whole number, 0 or more")


class ChatSettings:
    """Every setting of the app, as ``chat_settings.NAME``."""

    ADAPTER = Setting(
        "chat.adapter.ChatAdapter",
        "Dotted path of the class with the host's hooks.",
        valid=_is_dotted_path,
        expected="the dotted path of a subclass of chat.adapter.ChatAdapter",
    )
    AUTHENTICATION_CLASSES: Setting[list[str] | tuple[str, ...]] = Setting(
        (
            "rest_framework_simplejwt.authentication.JWTAuthentication",
            "rest_framework.authentication.SessionAuthentication",
        ),
        "How the API's requests sign in, in this order (dotted paths of DRF classes).",
        valid=_is_path_list,
        expected="a list of dotted paths",
    )
    MESSAGE_MAX_LENGTH = Setting(
        5000,
        "Longest message text, in characters.",
        valid=lambda value: _is_positive(value) and value <= TEXT_MAX,
        expected=f"a whole number from 1 to {TEXT_MAX}",
    )
    MENTIONS_MAX = _positive(50, "Most people that one message may mention.")
    SYSTEM_MESSAGES = Setting(
        True,
        "Whether a conversation says that somebody came, went or changed something.",
        valid=lambda value: isinstance(value, bool),
        expected="True or False",
    )
    REACTIONS_MAX = _positive(20, "Most different emoji that people may react with to one message.")
    POLL_OPTIONS_MAX = _positive(12, "Most options of a poll; the fewest are 2.")
    POLL_OPTION_MAX_LENGTH = _positive(100, "Longest option of a poll, in characters.")
    FLOOD_RATE: Setting[int | None] = Setting(
        60,
        "How many messages a minute one person may send to one group in the long run; None: as many as they like.",
        valid=lambda value: value is None or _is_positive(value),
        expected="a whole number above 0, or None",
    )
    FLOOD_BURST = _positive(100, "How many messages one person may send to one group at once, before that rate holds.")
    EDIT_WINDOW: Setting[int | None] = Setting(
        48 * 60 * 60,
        "Seconds in which a sender may edit a message; 0: never, None: always.",
        valid=lambda value: value is None or _is_natural(value),
        expected="a whole number, 0 or more, or None",
    )
    REPORT_MESSAGES_MAX = _positive(50, "Most messages that a report of a person may name at a time.")
    FORWARD_MAX = _positive(10, "Most groups to which one request may forward a message.")
    UNDO_WINDOW = _natural(300, "Seconds in which whoever deleted a message may restore it.")
    MESSAGE_LIFETIME_MIN = _positive(10, "Shortest time after which messages can be made to disappear, in seconds.")
    MESSAGE_LIFETIME_MAX = Setting(
        366 * DAY,
        "Longest time after which they can, in seconds.",
        valid=lambda value: _is_positive(value) and value <= SECONDS_MAX,
        expected=f"a whole number from 1 to {SECONDS_MAX}",
    )
    RETENTION: Setting[dict[str, int]] = Setting(
        {},
        "Days after which the content of messages is removed for good, by type of group; what is not named is kept.",
        valid=_are_days,
        expected=f"a dict of 'support', 'peer' or 'group' to a number of days, from 1 to {DAYS_MAX}",
    )
    EXPORT_LIFETIME = _positive(7 * DAY, "Seconds for which the export of a person's data is kept.")
    ERASURE_DELAY = Setting(
        DAY,
        "Seconds in which people who asked to be erased can take it back; then it begins.",
        valid=lambda value: _is_natural(value) and value <= SECONDS_MAX,
        expected=f"a whole number from 0 to {SECONDS_MAX}",
    )
    JOBS_BACKEND = Setting(
        "",
        "Which of the host's TASKS does long jobs as soon as they are asked for (Django 6.0 and newer); empty: the "
        "worker does.",
        valid=lambda value: isinstance(value, str),
        expected="an alias in TASKS, or empty",
    )
    SCHEDULED_MAX = _positive(100, "Most scheduled messages of one person in one group.")
    SCHEDULE_MAX_DAYS = _positive(366, "How many days ahead a message can be scheduled.")
    CONNECTION_RETRY_DAYS = _natural(7, "Days after which somebody who was rejected may ask again to be in contact.")
    ONLINE_SECONDS = _positive(60, "Seconds after a sign of life in which somebody is shown as online.")
    GROUP_MAX_MEMBERS = _positive(1000, "Most people in one group at a time.")
    JOIN_RETRY_DELAY = _natural(DAY, "Seconds after which somebody who was rejected may ask again to join a group.")
    CALL_RING_SECONDS = _positive(60, "Seconds that a call rings; then it is missed.")
    CALL_MAX_SECONDS = _positive(DAY, "Seconds after which a call that nobody ended is taken for failed.")
    CALL_MAX_PEOPLE = _positive(32, "Most members of a group that can call each other.")
    PAGE_SIZE = _positive(50, "Rows on a page when a request does not say.")
    PAGE_SIZE_MAX = _positive(100, "Most rows that a request may ask for.")
    SYNC_MAX_GROUPS = _positive(500, "Most groups in one request to sync/.")
    FILE_TYPES: Setting[list[str] | tuple[str, ...]] = Setting(
        (
            *("pdf", "png", "jpg", "jpeg", "gif", "webp", "txt", "doc", "docx"),
            *("mp3", "m4a", "aac", "ogg", "opus", "oga", "wav", "weba", "mp4", "webm", "mov"),
        ),
        "Which files are taken, by the endings of their names; their content decides what they are.",
        valid=_are_extensions,
        expected="a list of endings such as 'pdf', in small letters and without a dot",
    )
    FILE_MAX_SIZE = _positive(10 * MEGABYTE, "Largest document, in bytes.")
    IMAGE_MAX_SIZE = _positive(10 * MEGABYTE, "Largest image, in bytes.")
    AUDIO_MAX_SIZE = _positive(25 * MEGABYTE, "Largest sound or voice message, in bytes.")
    VIDEO_MAX_SIZE = _positive(100 * MEGABYTE, "Largest video, in bytes.")
    IMAGE_MAX_PIXELS = _positive(25_000_000, "Most pixels of an image, all frames of an animation together.")
    PREVIEW_SIZE = _positive(640, "Longest edge of an image's preview, in pixels.")
    ATTACHMENTS_MAX = _positive(10, "Most files of one message.")
    UPLOADS_UNSENT_MAX = _positive(50, "Most uploads that one person may have without sending them.")
    UPLOAD_LIFETIME = _positive(24 * 60 * 60, "Seconds after which an upload that was not sent is removed.")
    REFERENCES_MAX = _positive(20, "Most references of one message.")
    PROFILES: Setting[dict[str, tuple[str, ...] | list[str]]] = Setting(
        {},
        "Where the profiles of an older chat are, by their type: a table whose key is ``id``, its column with the "
        "user's key, and maybe the alias of another database. See chat.conf.ASTEGNI_PROFILES.",
        valid=_are_tables,
        expected="a dict such as {'student': ('student_profiles', 'user_id')}",
    )
    FOLD_PAIRS: Setting[dict[str, str]] = Setting(
        {},
        "Where an older chat of one-to-one rows is, for the source ``pairs``: the names of its table and columns.",
        valid=_are_pairs,
        expected="a dict such as {'table': 'old_mail', 'sender': 'from_id', 'receiver': 'to_id', 'text': 'body', "
        "'time': 'sent_at'}; also id, read, deleted, changed, reference, reference_type and references",
    )
    FOLD_STAFF = Setting(
        "",
        "Dotted path of a function that says who of some users (keys) is staff, so that an older one-to-one "
        "conversation of theirs becomes the other's request; empty: nobody. ``chat.legacy.staff.support_staff`` asks "
        "the adapter.",
        valid=lambda value: value == "" or _is_dotted_path(value),
        expected="a dotted path, or empty",
    )
    FOLD_SOURCES: Setting[list[str] | tuple[str, ...]] = Setting(
        (),
        "Older chats of the host's own that can be folded: dotted paths of subclasses of "
        "``chat.legacy.source.Source``.",
        valid=_is_path_list,
        expected="a list of dotted paths",
    )
    FOLD_ON_MIGRATE: Setting[dict[str, dict[str, Any]]] = Setting(
        {},
        "Which older chats ``migrate`` folds where it finds them, by the name of the source, each with its options: "
        "``database``, ``batch_size``, ``timezone``, ``call_timezone``, ``call_shifts``.",
        valid=_are_folds,
        expected="a dict such as {'hazo2': {'timezone': 'Europe/Berlin'}}",
    )
    FILE_STORAGE = Setting(
        "default",
        "Which of the host's STORAGES keeps the files; it should not be one that a web server publishes.",
        valid=lambda value: isinstance(value, str) and bool(value),
        expected="an alias in STORAGES",
    )
    FILE_HANDOVER = Setting(
        "",
        "Who sends the bytes once the membership is checked: Django itself (empty), the web server in front "
        "('x-accel-redirect', 'x-sendfile'), or the storage behind a signed address ('redirect').",
        valid=lambda value: value in ("", "x-accel-redirect", "x-sendfile", "redirect"),
        expected="'', 'x-accel-redirect', 'x-sendfile' or 'redirect'",
    )
    FILE_HANDOVER_PREFIX = Setting(
        "/chat-files/",
        "Where the web server in front finds the storage, for 'x-accel-redirect'.",
        valid=lambda value: isinstance(value, str) and value.startswith("/") and value.endswith("/"),
        expected="a path that begins and ends with a slash",
    )
    FILE_URL_LIFETIME = _positive(60, "Seconds for which a signed address is good, for 'redirect'.")
    THROTTLE_RATES: Setting[dict[str, str | None]] = Setting(
        {},
        "Rates that differ from the defaults, by scope, such as {'send': '60/min'}; None lifts a limit.",
        valid=_are_rates,
        expected="a dict of scope to a rate such as '60/min', or to None",
    )

    def declared(self) -> Iterator[Setting[Any]]:
        """Yield every setting in the order of this class."""
        for value in vars(type(self)).values():
            if isinstance(value, Setting):
                yield value


chat_settings = ChatSettings()
