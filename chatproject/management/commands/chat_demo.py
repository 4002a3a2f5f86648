"""``manage.py chat_demo``: fill the demo and say who can sign in."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from chatproject.demo import PASSWORD, PEOPLE, create_people


class Command(BaseCommand):
    """Create what the demo shows. Running it again keeps what is there."""

    help = "Creates the people of the demo and says who can sign in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address under which the demo will be served."""
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where it is served")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        """Refuse outside a demo: everybody knows these people's password."""
        if not settings.DEMO:
            msg = "The demo's people have a known password. Set DEBUG=1 and DEMO=1 to create them."
            raise CommandError(msg)
        create_people()
        self.stdout.write(f"\n  The demo is at {self.style.SUCCESS(url + '/')}")
        self.stdout.write(f'  Everybody\'s password is "{PASSWORD}":\n\n')
        for person in PEOPLE:
            self.stdout.write(f"    {person.username:<8}{person.role}")
        self.stdout.write("\n  Sign in        /accounts/login/")
        self.stdout.write("  JWT            /api/token/")
        self.stdout.write("  API            /api/chat/")
        self.stdout.write("  API reference  /api/docs/")
        self.stdout.write("  Admin          /admin/\n\n  Ctrl-C stops it.\n\n")
