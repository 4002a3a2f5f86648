"""Long jobs go to the host's task backend where Django has such, as soon as they are asked for."""

from typing import Any

import django
import pytest

from chat.checks import check_settings
from chat.choices import JobState
from chat.models import DataExport, Erasure
from chat.services.duty.erasures import erasure_request
from chat.services.duty.exports import export_request
from tests.services.worlds import small_group

pytestmark = [pytest.mark.django_db, pytest.mark.core]

HAS_TASKS = django.VERSION >= (6, 0)


def _ask(captured: Any) -> set[str]:
    world, owner, [member] = small_group()
    world.say(member, "words")
    with captured(execute=True):
        erasure_request(acting_user=member, user_id=member.pk)
        export_request(acting_user=owner, user_id=owner.pk)
    return {Erasure.objects.get().state, DataExport.objects.get().state}


def test_jobs_wait_for_the_worker_by_default(django_capture_on_commit_callbacks: Any) -> None:
    assert _ask(django_capture_on_commit_callbacks) == {JobState.WAITING}


@pytest.mark.skipif(not HAS_TASKS, reason="this Django has no tasks")
def test_jobs_are_done_by_the_backend_that_the_host_names(
    settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.TASKS = {"jobs": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    settings.CHAT = {"JOBS_BACKEND": "jobs", "ERASURE_DELAY": 0}

    assert _ask(django_capture_on_commit_callbacks) == {JobState.DONE}


def test_backend_that_cannot_be_is_reported(settings: Any) -> None:
    settings.TASKS = {"jobs": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    settings.CHAT = {"JOBS_BACKEND": "jobs"}
    assert [error.id for error in check_settings()] == ([] if HAS_TASKS else ["chat.E016"])

    settings.CHAT = {"JOBS_BACKEND": "others"}
    assert [error.id for error in check_settings()] == ["chat.E017" if HAS_TASKS else "chat.E016"]
