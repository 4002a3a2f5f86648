"""Long jobs as a task of Django, where it has such (6.0 and newer) and the setting JOBS_BACKEND names a backend."""

from collections.abc import Callable
from typing import Any

from chat.conf import chat_settings
from chat.exports.building import exports_build
from chat.services.duty.erasures import erasures_run


def _as_task(function: Callable[[], None]) -> Any:  # noqa: ANN401 (a Task, if there is such a thing)
    try:
        from django.tasks import task  # noqa: PLC0415 (Django 5.2 has none)
    except ImportError:
        return function
    return task(function)


@_as_task
def long_jobs() -> None:
    """Erase who is to be erased, and build the exports that people wait for; what a worker has is left to it."""
    for steps in (erasures_run(), exports_build()):
        for _step in steps:
            pass


def jobs_enqueue(**_signal: Any) -> None:
    """Receive that there is a long job: hand it to the backend that the host names, if it does."""
    if chat_settings.JOBS_BACKEND:
        long_jobs.using(backend=chat_settings.JOBS_BACKEND).enqueue()
