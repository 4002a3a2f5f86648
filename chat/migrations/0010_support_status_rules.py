from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("chat", "0009_support_status_fill"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="chatgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("client_user__isnull", False), ("desk_of__isnull", True), ("group_type", "support")),
                    models.Q(("client_user__isnull", True), ("desk_of__isnull", False), ("group_type", "support")),
                    models.Q(
                        models.Q(("group_type", "support"), _negated=True),
                        ("client_user__isnull", True),
                        ("desk_of__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="chat_group_client_iff_support",
            ),
        ),
        migrations.AddConstraint(
            model_name="chatgroup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("client_user__isnull", False),
                        ("support_status__in", ["open", "pending", "snoozed", "resolved"]),
                        ("support_status__isnull", False),
                    ),
                    models.Q(
                        ("assignee__isnull", True), ("client_user__isnull", True), ("support_status__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="chat_group_status_iff_request",
            ),
        ),
    ]
