"""System checks: what is wrong with a host's settings, each with a hint on how to put it right.

======== ==============================================================
id       what it says
======== ==============================================================
chat.E001 ``CHAT`` is not a dict
chat.E002 ``CHAT`` has a key that is no setting
chat.E003 a value is of the wrong kind
chat.E004 ``ADAPTER`` cannot be imported
chat.E005 ``ADAPTER`` is not a subclass of ``ChatAdapter``
chat.E006 one of ``AUTHENTICATION_CLASSES`` cannot be imported
chat.E007 one of ``AUTHENTICATION_CLASSES`` is not an authentication class
chat.E008 ``PAGE_SIZE`` is above ``PAGE_SIZE_MAX``
chat.E009 ``THROTTLE_RATES`` names a scope that does not exist
chat.E010 a rate in ``THROTTLE_RATES`` cannot be read
chat.E011 ``USE_TZ`` is off
chat.E012 ``FILE_STORAGE`` is no alias in ``STORAGES``
chat.E013 ``FILE_TYPES`` names an ending of no type
chat.E014 ``MESSAGE_LIFETIME_MIN`` is above ``MESSAGE_LIFETIME_MAX``
chat.E015 ``PROFILES`` names a database that is not in ``DATABASES``
chat.E016 ``JOBS_BACKEND`` needs Django 6.0 or newer
chat.E017 ``JOBS_BACKEND`` is no alias in ``TASKS``
chat.E018 one of ``FOLD_SOURCES``, or ``FOLD_STAFF``, cannot be imported
chat.E019 one of ``FOLD_SOURCES`` is not a subclass of ``Source``, or has no name of its own
chat.E020 ``FOLD_ON_MIGRATE`` names no source that is known
chat.E021 ``FOLD_ON_MIGRATE`` has an option that cannot be
chat.E022 ``FOLD_STAFF`` is no function
chat.E023 ``FILE_HANDOVER`` asks of the storage what it does not do
chat.W001 SQLite without ``transaction_mode`` IMMEDIATE
chat.W002 ``ATOMIC_REQUESTS`` is on
chat.W003 an app whose templates the API's pages need is not installed
chat.W004 tokens are to be blacklisted, but the blacklist is not installed
chat.W005 ``FOLD_ON_MIGRATE`` was set after its migration had been applied (``check --database``, ``migrate``)
======== ==============================================================

Ids stay what they are; a check that goes leaves its number unused.
"""

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from inspect import signature
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 (Django's name)
from django.core.files.storage import Storage, storages
from django.db import connections, router
from django.utils.module_loading import import_string

from chat.adapter import ChatAdapter, get_adapter
from chat.conf import chat_settings
from chat.files.types import extensions_known
from chat.identities import tables_of
from chat.models import ChatGroup


def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Report what is wrong in ``CHAT``."""
    given = getattr(settings, "CHAT", {})
    if not isinstance(given, dict):
        hint = "Write CHAT = {...}, or leave it out to have every default."
        return [Error(f"The setting CHAT is a {type(given).__name__}, not a dict.", hint=hint, id="chat.E001")]
    wrong = list(_wrong_values(given))
    if wrong:
        return [*_unknown_keys(given), *wrong]
    return [
        *_unknown_keys(given),
        *_adapter(),
        *_authentication_classes(),
        *_page_sizes(),
        *_lifetimes(),
        *_rates(),
        *_jobs(),
        *_files(),
        *_handover(),
        *_profiles(),
        *_folds(),
    ]


def check_host(**_kwargs: Any) -> list[CheckMessage]:
    """Report settings of Django and of other apps that chat does not go well with."""
    return [*_time_zone(), *_database(), *_installed_apps(), *_token_blacklist()]


def check_folds(*, databases: Collection[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Report older chats that a migration was to fold, and which are still where they were."""
    if not chat_settings.FOLD_ON_MIGRATE or check_settings():
        return []  # what is wrong there is reported there
    return [message for alias in databases or () for message in _late_folds(alias)]


def checks_register() -> None:
    """Register every check with Django."""
    register(check_settings)
    register(check_host)
    register(check_folds, Tags.database)


def _unknown_keys(given: dict[Any, Any]) -> Iterator[CheckMessage]:
    known = [setting.name for setting in chat_settings.declared()]
    for key in given:
        if key not in known:
            near = get_close_matches(str(key).upper(), known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}."
            yield Error(f"CHAT has no setting {key!r}.", hint=hint, id="chat.E002")


def _wrong_values(given: dict[Any, Any]) -> Iterator[CheckMessage]:
    for setting in chat_settings.declared():
        if setting.name in given and not setting.valid(given[setting.name]):
            message = f"CHAT[{setting.name!r}] is {given[setting.name]!r}."
            yield Error(message, hint=f"It must be {setting.expected}. {setting.meaning}", id="chat.E003")


def _adapter() -> Iterator[CheckMessage]:
    path = chat_settings.ADAPTER
    try:
        found = import_string(path)
    except ImportError as error:
        yield Error(f"CHAT['ADAPTER'] cannot be imported: {error}", hint=_PATH_HINT, id="chat.E004")
        return
    if not (isinstance(found, type) and issubclass(found, ChatAdapter)):
        hint = "Derive the class from chat.adapter.ChatAdapter and override what differs."
        yield Error(f"CHAT['ADAPTER'], {path!r}, is not a subclass of ChatAdapter.", hint=hint, id="chat.E005")


def _authentication_classes() -> Iterator[CheckMessage]:
    from rest_framework.authentication import BaseAuthentication  # noqa: PLC0415 (commands start without DRF)

    for path in chat_settings.AUTHENTICATION_CLASSES:
        try:
            found = import_string(path)
        except ImportError as error:
            message = f"CHAT['AUTHENTICATION_CLASSES'] cannot be imported: {error}"
            yield Error(message, hint=_PATH_HINT, id="chat.E006")
            continue
        if not (isinstance(found, type) and issubclass(found, BaseAuthentication)):
            message = f"CHAT['AUTHENTICATION_CLASSES'] has {path!r}, which is not an authentication class."
            hint = "Name subclasses of rest_framework.authentication.BaseAuthentication."
            yield Error(message, hint=hint, id="chat.E007")


def _page_sizes() -> Iterator[CheckMessage]:
    size, largest = chat_settings.PAGE_SIZE, chat_settings.PAGE_SIZE_MAX
    if size > largest:
        message = f"CHAT['PAGE_SIZE'] is {size}, above CHAT['PAGE_SIZE_MAX'], which is {largest}."
        yield Error(message, hint="Lower the one or raise the other.", id="chat.E008")


def _lifetimes() -> Iterator[CheckMessage]:
    shortest, longest = chat_settings.MESSAGE_LIFETIME_MIN, chat_settings.MESSAGE_LIFETIME_MAX
    if shortest > longest:
        message = f"CHAT['MESSAGE_LIFETIME_MIN'] is {shortest}, above CHAT['MESSAGE_LIFETIME_MAX'], which is {longest}."
        yield Error(message, hint="Lower the one or raise the other.", id="chat.E014")


def _rates() -> Iterator[CheckMessage]:
    from chat.api.throttling import RATES, ScopeThrottle  # noqa: PLC0415 (commands start without DRF)
    from chat.compat.astegni.throttling import RATES as ASTEGNI_RATES  # noqa: PLC0415 (likewise)
    from chat.compat.hazo.throttling import RATES as HAZO_RATES  # noqa: PLC0415 (likewise)

    known = {**RATES, **HAZO_RATES, **ASTEGNI_RATES}
    for scope, rate in chat_settings.THROTTLE_RATES.items():
        if scope not in known:
            message = f"CHAT['THROTTLE_RATES'] has no scope {scope!r}."
            yield Error(message, hint=f"There are: {', '.join(known)}.", id="chat.E009")
        try:
            ScopeThrottle().parse_rate(rate)
        except (ValueError, LookupError):
            message = f"CHAT['THROTTLE_RATES'][{scope!r}] is {rate!r}."
            hint = "Write a number, a slash and one of s, min, h, d, such as '60/min'; None lifts the limit."
            yield Error(message, hint=hint, id="chat.E010")


def _files() -> Iterator[CheckMessage]:
    alias = chat_settings.FILE_STORAGE
    if alias not in settings.STORAGES:
        hint = f"There are: {', '.join(settings.STORAGES)}."
        yield Error(f"CHAT['FILE_STORAGE'] is {alias!r}, which STORAGES does not have.", hint=hint, id="chat.E012")
    known = list(extensions_known())
    for unknown in sorted(set(chat_settings.FILE_TYPES) - set(known)):
        hint = f"There are: {', '.join(dict.fromkeys(known))}."
        yield Error(f"CHAT['FILE_TYPES'] has {unknown!r}, which is of no type.", hint=hint, id="chat.E013")


def _handover() -> Iterator[CheckMessage]:
    alias, way = chat_settings.FILE_STORAGE, chat_settings.FILE_HANDOVER
    if alias not in settings.STORAGES or list(_adapter()):
        return  # what is wrong there is reported there
    is_ours = type(get_adapter()).file_url is ChatAdapter.file_url
    if way == "redirect" and is_ours and "parameters" not in signature(storages[alias].url).parameters:
        hint = "Use a storage as that of django-storages for S3, or let the adapter's file_url sign addresses."
        message = f"CHAT['FILE_HANDOVER'] is 'redirect', and the storage {alias!r} signs no addresses."
        yield Error(message, hint=hint, id="chat.E023")
    if way == "x-sendfile" and type(storages[alias]).path is Storage.path:
        hint = "Leave it out, or use a storage whose files are on this machine."
        message = f"CHAT['FILE_HANDOVER'] is 'x-sendfile', and the storage {alias!r} has no paths."
        yield Error(message, hint=hint, id="chat.E023")


def _profiles() -> Iterator[CheckMessage]:
    for table in tables_of(chat_settings.PROFILES):
        if table.database not in settings.DATABASES:
            message = f"CHAT['PROFILES'] has {table.profile_type!r} in the database {table.database!r}."
            yield Error(message, hint=f"There are: {', '.join(settings.DATABASES)}.", id="chat.E015")


def _folds() -> Iterator[CheckMessage]:
    from chat.legacy.registry import BUILT_IN, WrongOption, options_read, sources_known  # noqa: PLC0415 (seldom needed)

    wrong = [*_fold_paths(BUILT_IN)]
    yield from wrong
    if wrong:
        return
    known = sources_known()
    for name, options in chat_settings.FOLD_ON_MIGRATE.items():
        if name not in known:
            message = f"CHAT['FOLD_ON_MIGRATE'] has {name!r}, which is no source."
            yield Error(message, hint=f"There are: {', '.join(known)}.", id="chat.E020")
            continue
        try:
            options_read(options)
        except WrongOption as error:
            yield Error(f"CHAT['FOLD_ON_MIGRATE'][{name!r}]: {error}", id="chat.E021")


def _fold_paths(taken: Collection[str]) -> Iterator[CheckMessage]:
    from chat.legacy.source import Source  # noqa: PLC0415 (seldom needed)

    names = list(taken)
    for path in (*chat_settings.FOLD_SOURCES, *filter(None, [chat_settings.FOLD_STAFF])):
        of_staff = path == chat_settings.FOLD_STAFF
        where = f"CHAT['{'FOLD_STAFF' if of_staff else 'FOLD_SOURCES'}']"
        try:
            found = import_string(path)
        except ImportError as error:
            yield Error(f"{where} cannot be imported: {error}", hint=_PATH_HINT, id="chat.E018")
            continue
        name = getattr(found, "name", None)
        is_source = isinstance(found, type) and issubclass(found, Source) and isinstance(name, str)
        if of_staff and not callable(found):
            yield Error(f"{where}, {path!r}, is no function.", id="chat.E022")
        elif not of_staff and (not is_source or name in names):
            hint = "Derive the class from chat.legacy.source.Source, and give it a name that no other source has."
            yield Error(f"{where} has {path!r}, which is no source with a name of its own.", hint=hint, id="chat.E019")
        names.append(str(name))


def _late_folds(alias: str) -> Iterator[CheckMessage]:
    """Report what should be folded into one database, and was not."""
    from chat.legacy.migrating import is_late, sources_on_migrate  # noqa: PLC0415 (seldom needed)

    for source in sources_on_migrate():
        if is_late(source, alias):
            message = f"CHAT['FOLD_ON_MIGRATE'] has {source.name!r}, but its migration had been applied before."
            hint = f"Run manage.py chat_fold {source.name} --dry-run, and then without --dry-run."
            yield Warning(message, hint=hint, id="chat.W005")


def _jobs() -> Iterator[CheckMessage]:
    alias = chat_settings.JOBS_BACKEND
    if alias and django.VERSION < (6, 0):
        hint = "Leave it out: the worker does long jobs, or chat_jobs."
        yield Error("CHAT['JOBS_BACKEND'] needs Django 6.0 or newer.", hint=hint, id="chat.E016")
    elif alias and alias not in settings.TASKS:
        hint = f"There are: {', '.join(settings.TASKS)}."
        yield Error(f"CHAT['JOBS_BACKEND'] is {alias!r}, which TASKS does not have.", hint=hint, id="chat.E017")


def _time_zone() -> Iterator[CheckMessage]:
    if not settings.USE_TZ:
        hint = "Set USE_TZ = True: times on the wire are in UTC, and clients page by them."
        yield Error("USE_TZ is off.", hint=hint, id="chat.E011")


def _database() -> Iterator[CheckMessage]:
    alias = router.db_for_write(ChatGroup)
    connection = connections[alias]
    mode = str(connection.settings_dict["OPTIONS"].get("transaction_mode", "")).upper()
    if connection.vendor == "sqlite" and mode not in {"IMMEDIATE", "EXCLUSIVE"}:
        hint = (
            f"Set DATABASES[{alias!r}]['OPTIONS'] = {{'transaction_mode': 'IMMEDIATE'}}: writers then wait for each "
            "other instead of failing with 'database is locked'."
        )
        yield Warning(f"The SQLite database {alias!r} has no immediate transactions.", hint=hint, id="chat.W001")
    if connection.settings_dict["ATOMIC_REQUESTS"]:
        hint = "Turn it off: a conversation stays locked until the request ends, so that everybody in it waits."
        yield Warning(f"ATOMIC_REQUESTS is on for the database {alias!r}.", hint=hint, id="chat.W002")


def _installed_apps() -> Iterator[CheckMessage]:
    for app in ("rest_framework", "django_filters"):
        if not apps.is_installed(app):
            hint = f"Add {app!r}: the API's pages in a browser need its templates."
            yield Warning(f"INSTALLED_APPS lacks {app!r}.", hint=hint, id="chat.W003")


def _token_blacklist() -> Iterator[CheckMessage]:
    blacklist = "rest_framework_simplejwt.token_blacklist"
    wanted = getattr(settings, "SIMPLE_JWT", {}).get("BLACKLIST_AFTER_ROTATION", False)
    if wanted and not apps.is_installed(blacklist):
        hint = f"Add {blacklist!r} to INSTALLED_APPS and migrate: until then a refresh token that was used stays good."
        yield Warning("SIMPLE_JWT['BLACKLIST_AFTER_ROTATION'] has no effect.", hint=hint, id="chat.W004")


_PATH_HINT = "Write the dotted path of a class that Python can import here."
