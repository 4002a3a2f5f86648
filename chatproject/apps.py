"""Register the demo host as an app, for its commands and static files."""

from django.apps import AppConfig


class ChatProjectConfig(AppConfig):
    """The installed app ``chatproject``."""

    name = "chatproject"
