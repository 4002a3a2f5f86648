"""Register the app with Django."""

from django.apps import AppConfig, apps
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete
from django.utils.translation import gettext_lazy as _


class ChatConfig(AppConfig):
    """The installed app ``chat``."""

    name = "chat"
    verbose_name = _("Chat")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers of deletions and of permissions; register the checks."""
        from chat.checks import checks_register  # noqa: PLC0415 (models load first)
        from chat.models import Attachment  # noqa: PLC0415 (models load first)
        from chat.services.departures import user_deleted  # noqa: PLC0415 (models load first)
        from chat.services.files import attachment_deleted  # noqa: PLC0415 (models load first)
        from chat.services.support.serving import permissions_changed  # noqa: PLC0415 (models load first)
        from chat.signals import jobs_waiting  # noqa: PLC0415 (with the others)
        from chat.tasks import jobs_enqueue  # noqa: PLC0415 (models load first)

        user = get_user_model()
        for model in apps.get_models():
            if model._meta.concrete_model is user:  # Django names the proxy through which somebody is deleted
                post_delete.connect(user_deleted, sender=model, dispatch_uid="chat.user_deleted")
        for through in _permission_tables(user):
            m2m_changed.connect(permissions_changed, sender=through, dispatch_uid=f"chat.{through.__name__}")
        post_delete.connect(attachment_deleted, sender=Attachment, dispatch_uid="chat.attachment_deleted")
        jobs_waiting.connect(jobs_enqueue, dispatch_uid="chat.jobs_enqueue")
        checks_register()


def _permission_tables(user: type[Model]) -> list[type[Model]]:
    """Return the tables of who has which of Django's permissions, as far as the host's users have such."""
    named = {(user, "groups"), (user, "user_permissions")}
    if apps.is_installed("django.contrib.auth"):
        named.add((apps.get_model("auth", "Group"), "permissions"))
    return [
        field.remote_field.through
        for model, name in sorted(named, key=str)
        for field in model._meta.many_to_many
        if field.name == name and field.remote_field.through is not None
    ]
