"""Bad rows of long jobs and holds, by the constraint that refuses them."""

from collections.abc import Callable
from typing import Any

from django.db.models.functions import Now

from chat.choices import JobState
from chat.models import DataExport, Erasure, LegalHold
from tests.services.worlds import make_person, make_world

Job = type[DataExport] | type[Erasure]


def _job(model: Job, **values: Any) -> Callable[[], object]:
    return lambda: model.objects.create(**{"user": make_person(), "created_at": Now()} | values)


def _two_open(model: Job) -> Callable[[], object]:
    def insert() -> None:
        person = make_person()
        for _ in range(2):
            _job(model, user=person)()

    return insert


def _hold_on_both() -> None:
    LegalHold.objects.create(user=make_person(), group=make_world("peer").group, reason="case", created_at=Now())


DUTY_ROWS: dict[str, list[Callable[[], object]]] = {
    "chat_hold_one_target": [_hold_on_both],
    "chat_export_one_open": [_two_open(DataExport)],
    "chat_erasure_one_open": [_two_open(Erasure)],
    "chat_export_state": [_job(DataExport, state="lost")],
    "chat_erasure_state": [_job(Erasure, state="lost")],
    "chat_export_done_iff_finished": [_job(DataExport, state=JobState.DONE)],
    "chat_erasure_done_iff_finished": [_job(Erasure, finished_at=Now())],
}
