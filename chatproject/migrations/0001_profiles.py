import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def profile(name: str, table: str) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=name,
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "user",
                models.OneToOneField(
                    on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                ),
            ),
        ],
        options={"db_table": table},
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        profile("StudentProfile", "student_profiles"),
        profile("TutorProfile", "tutor_profiles"),
        profile("ParentProfile", "parent_profiles"),
        profile("AdvertiserProfile", "advertiser_profiles"),
    ]
