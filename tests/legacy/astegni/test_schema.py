"""The older database itself: each state can be made, filled and emptied."""

from datetime import UTC, datetime

import pytest

from tests.legacy.astegni.builder import OldAstegni
from tests.legacy.astegni.schema import State

pytestmark = pytest.mark.django_db
AT = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("state", [*State, {"chat_messages": State.S0, "conversations": State.S2}], ids=str)
def test_each_state_has_its_tables(state: State | dict[str, State]) -> None:
    old = OldAstegni(state).create()
    ada, ben = old.profile("student", 5, 1), old.profile("tutor", 5, 2)
    direct = old.direct(AT, ada, ben)
    message = old.message(direct, ada, AT, "Hello", deleted_for_user_ids=[2], media_metadata={"size": 1})
    old.reaction(message, ben, "heart", AT)
    old.change(direct, ben, is_muted=True)
    old.report(ben, ada, AT, message)
    poll = old.poll(direct, ada, AT, "When?", "Now", "Later")
    old.vote(poll, old.options(poll)[0], ben, AT)
    old.call(direct, ada, "ended", AT)
    old.settings(ada, AT, who_can_message="none")
    old.block(ben, ada, AT)

    rows = old.snapshot()
    assert {
        len(rows[table]) for table in ("conversations", "chat_messages", "poll_votes", "blocked_chat_contacts")
    } == {1}
    assert ("pinned_messages" in rows) == (state not in (State.S0, State.S1))
    old.clear()
    assert not any(old.snapshot().values())
    old.drop()
    old.create()
