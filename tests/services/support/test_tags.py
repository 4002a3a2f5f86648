"""Tags and priority: which words and numbers are taken."""

from typing import Any

import pytest

from chat.exceptions import InvalidInput
from chat.models import RequestTag, SupportTag
from chat.services.support.tags import TAGS_MAX, request_set_priority, request_set_tags
from tests.services.support.desk_world import request_world

pytestmark = pytest.mark.django_db


def test_too_many_tags_are_refused_and_none_is_made() -> None:
    world, _, staff, _ = request_world()
    with pytest.raises(InvalidInput) as refused:
        request_set_tags(acting_user=staff, group_id=world.id, names=[f"tag {n}" for n in range(TAGS_MAX + 1)])
    assert (refused.value.code, refused.value.field) == ("too_many", "tags")
    assert not SupportTag.objects.exists()
    assert not RequestTag.objects.exists()


@pytest.mark.parametrize("priority", [0, 5, None])
def test_priority_that_nobody_knows_is_refused(priority: Any) -> None:
    world, _, staff, _ = request_world()
    with pytest.raises(InvalidInput) as refused:
        request_set_priority(acting_user=staff, group_id=world.id, priority=priority)
    assert (refused.value.code, refused.value.field) == ("invalid_choice", "priority")
