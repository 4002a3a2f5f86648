"""The conversations of the demo: lively, believable, and made once."""

from collections.abc import Callable, Mapping

from django.contrib.auth.models import User
from django.utils import timezone

from chat.models import ChatGroup
from chat.services.files import bytes_delete
from chat.services.writing import atomic
from chatproject.story.chatter import chatter
from chatproject.story.circle import circle_draw
from chatproject.story.helping import requests_date
from chatproject.story.script import read_conversations
from chatproject.story.stage import Stage


def story_create(people: Mapping[str, User], *, busy_messages: int, progress: Callable[[int, int], None]) -> None:
    """Fill an empty demo with conversations of ``people``; where there are any, everything stays as it is.

    ``progress`` is told how many steps of how many are done. It is one transaction: stopped halfway, nothing is there.
    """
    if ChatGroup.objects.exists():
        return
    now = timezone.now()
    written = (step for conversation in read_conversations() for step in conversation.steps(now))
    steps = sorted([*written, *chatter(now, busy_messages)], key=lambda step: step.at)
    stage = Stage(people)
    try:
        with atomic():
            for done, step in enumerate(steps):
                progress(done, len(steps))
                stage.play(step)
            stage.diary.apply()
            requests_date(stage.diary.started.keys())
            circle_draw(people)
    except BaseException:
        for upload in stage.uploads:
            bytes_delete(upload)
        raise
