"""The browsable API by hand: what its own forms send is understood."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from chat.models import ChatGroup, ChatMessage
from chat.roles import GroupType
from chat.services.groups import group_start
from tests.api.contract import PREFIX

pytestmark = pytest.mark.django_db


class Forms(HTMLParser):
    """What a browser would send if a person submitted the page's multipart form as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "form":
            self.inside = said.get("enctype") == "multipart/form-data"
        if not self.inside:
            return
        name = said.get("name") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and (self.select not in self.values or "selected" in said):
            self.values[self.select] = said.get("value") or ""
        elif tag in ("input", "textarea") and name and said.get("type") != "checkbox":
            self.values[name] = said.get("value") or ""


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Open a page as a signed-in person, fill in its form and send it."""

    def fill_in(user: Any, path: str, **values: str) -> Any:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(user)
        page = browser.get(PREFIX + path, headers={"Accept": "text/html"})
        forms = Forms()
        forms.feed(page.content.decode())
        assert values.keys() <= forms.values.keys()
        token = {"X-CSRFToken": browser.cookies["csrftoken"].value}
        return browser.post(PREFIX + path, forms.values | values, headers=token)

    return fill_in


def test_form_starts_groups_of_each_type(submit: Callable[..., Any], make_user: Callable[..., Any]) -> None:
    ada, ben, chala = make_user(), make_user(), make_user()
    team = submit(ada, "groups/", group_type="group", name="Team", member_ids=f"{ben.pk}, {chala.pk}")
    peer = submit(ada, "groups/", group_type="peer", member_ids=str(ben.pk))
    support = submit(ada, "groups/", group_type="support", client_user_id=str(ada.pk))
    assert [answer.status_code for answer in (team, peer, support)] == [201, 201, 201]
    assert {group.group_type: group.memberships.count() for group in ChatGroup.objects.all()} == {
        GroupType.GROUP: 3,
        GroupType.PEER: 2,
        GroupType.SUPPORT: 1,
    }
    wrong = submit(ada, "groups/", group_type="peer", member_ids=f"{ben.pk}, {chala.pk}")
    assert (wrong.status_code, wrong.json()["field"]) == (400, "member_ids")


def test_forms_of_a_group_add_send_read_and_hand_over(
    submit: Callable[..., Any], make_user: Callable[..., Any]
) -> None:
    ada, ben = make_user(), make_user()
    group = group_start(acting_user=ada).group
    own = f"groups/{group.pk}/"
    assert submit(ada, own + "members/", user_id=str(ben.pk), role="member").status_code == 201
    assert submit(ada, own + "messages/", message_text="By hand").status_code == 201
    assert ChatMessage.objects.get(message_type="text").message_text == "By hand"
    assert submit(ben, own + "messages/", message_text="").status_code == 400
    assert group.memberships.count() == 2


def test_form_of_a_message_sends_a_place_or_a_poll(submit: Callable[..., Any], make_user: Callable[..., Any]) -> None:
    ada = make_user()
    path = f"groups/{group_start(acting_user=ada).group.pk}/messages/"
    place = submit(ada, path, **{"location.latitude": "9.03", "location.longitude": "38.74"})
    assert (place.status_code, place.json()["location"]["latitude"]) == (201, 9.03)
    poll = submit(ada, path, message_text="What?", **{"poll.options": "Tea\r\n\r\nCoffee\r\n"})
    assert (poll.status_code, [option["text"] for option in poll.json()["poll"]["options"]]) == (201, ["Tea", "Coffee"])
    half = submit(ada, path, **{"location.latitude": "9.03"})
    assert (half.status_code, half.json()["field"]) == (400, "location")
