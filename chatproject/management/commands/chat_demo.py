"""``manage.py chat_demo``: fill the demo and say who can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chat.management.progress import progress_end, progress_show
from chatproject.demo import PASSWORD, PEOPLE, create_people
from chatproject.story import story_create
from chatproject.story.desk import desk_furnish, desk_open
from chatproject.story.duty import duty_begin


class Command(BaseCommand):
    """Create what the demo shows. Running it again keeps what is there."""

    help = "Creates the people of the demo and their conversations, and says who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address under which the demo will be served, and the size of its busy group."""
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where it is served")
        parser.add_argument("--messages", type=int, default=1500, help="messages in the busy group (default: 1500)")

    def handle(self, *args: Any, url: str, messages: int, **options: Any) -> None:
        """Refuse outside a demo: everybody knows these people's password."""
        if not settings.DEMO:
            msg = "The demo's people have a known password. Set DEBUG=1 and DEMO=1 to create them."
            raise CommandError(msg)
        people = create_people()
        desk_open(people)
        story_create(people, busy_messages=messages, progress=self._progress)
        desk_furnish(people)
        duty_begin(people)
        progress_end(self.stderr)
        self.stdout.write(f"\n  The demo is at {self.style.SUCCESS(url + '/')}")
        self.stdout.write(f'  Everybody\'s password is "{PASSWORD}":\n\n')
        for person in PEOPLE:
            self.stdout.write(f"    {person.username:<8}{person.role}")
        self.stdout.write("\n  Sign in        /accounts/login/")
        self.stdout.write("  JWT            /api/token/")
        self.stdout.write("  API            /api/chat/")
        self.stdout.write("  hazo_chat      /api/hazo_chat/")
        self.stdout.write("  Astegni        /api/astegni/")
        self.stdout.write("  Visitors       POST /api/chat/support/visitor/")
        self.stdout.write("  API reference  /api/docs/")
        self.stdout.write("  Admin          /admin/\n\n  Ctrl-C stops it.\n\n")

    def _progress(self, done: int, total: int) -> None:
        if done % 25 == 0:
            progress_show(self.stderr, f"  Filling the demo with conversations: {100 * done // total} %")
