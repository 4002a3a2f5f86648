"""Who is staff, for the setting FOLD_STAFF."""

from collections.abc import Collection

from django.contrib.auth import get_user_model

from chat.adapter import UserId, get_adapter


def support_staff(user_ids: Collection[UserId]) -> set[UserId]:
    """Return who of these users may serve support conversations now, as the adapter says. Some statements for each."""
    is_staff = get_adapter().is_support_staff
    users = get_user_model()._default_manager.filter(pk__in=user_ids)
    return {user.pk for user in users if is_staff(user)}
