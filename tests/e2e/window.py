"""A person in front of the hazo_chat client."""

from contextlib import nullcontext
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, Response, expect

from chat.models import ChatGroup
from tests.factories import PASSWORD

expect.set_options(timeout=20_000)  # a machine that is busy with other tests is slow, not wrong

POLL = 300
"""Milliseconds between the client's polls; its own default is 5000."""


class Window:
    """One browser window of one person, and what it asked the server."""

    def __init__(self, page: Page, user: Any) -> None:
        self.page = page
        self.user = user
        self.responses: list[Response] = []
        self.crashes: list[str] = []
        page.on("response", self._note)
        page.on("pageerror", lambda error: self.crashes.append(str(error)))

    def sign_in(self) -> None:
        self.page.goto("/accounts/login/")
        self.page.get_by_label("Username").fill(self.user.get_username())
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page).not_to_have_url("/accounts/login/")

    def show(self, group: ChatGroup, **props: Any) -> None:
        """Open the client's page on a group; ``props`` are those of its React component."""
        given = {"chat_group_id": group.pk, "title": "Conversation", "polling_interval": POLL, "timezone": "UTC"}
        self.page.goto(f"/hazo-client/index.html?{urlencode(given | props)}")
        expect(self.page.get_by_role("heading", name="Conversation")).to_be_visible()

    def bubble(self, text: str) -> Locator:
        return self.page.locator(".cls_chat_bubble_wrapper").filter(has_text=text)

    def expect_bubbles(self, count: int) -> None:
        expect(self.page.locator(".cls_bubble")).to_have_count(count)

    def texts(self) -> list[str]:
        return self.page.locator(".cls_bubble_text").all_inner_texts()

    def send(self, text: str, *, arrives: bool = True) -> None:
        """Send a message, and wait for the answer if it ``arrives``: the client shows its bubble before."""
        self.page.get_by_label("Message input").fill(text)
        button = self.page.get_by_label("Send message")
        with self.page.expect_response(_is_send) if arrives else nullcontext():
            button.click()

    def delete(self, text: str) -> None:
        """Delete a bubble: the client asks for a second click."""
        bubble = self.bubble(text)
        bubble.hover()
        button = bubble.locator(".cls_bubble_delete_btn")
        button.click()
        with self.page.expect_response(lambda answer: answer.request.method == "DELETE"):
            button.click()

    def refresh(self) -> None:
        self.page.get_by_label("Refresh chat history").click()

    def _note(self, answer: Response) -> None:
        self.responses.append(answer)

    def answers(self, method: str, path: str) -> list[Response]:
        """Return the answers so far to requests of ``method`` whose address contains ``path``.

        Ask for the body of successes only: the client leaves that of an error unread, and Playwright waits for it.
        """
        return [answer for answer in self.responses if answer.request.method == method and path in answer.url]


def _is_send(answer: Response) -> bool:
    return answer.request.method == "POST" and answer.url.endswith("/api/hazo_chat/messages")
