"""What people are on this site: one person may be several of these, and each kind counts its own numbers."""

from django.conf import settings
from django.db import models


class Profile(models.Model):
    """A person in one of their roles."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class StudentProfile(Profile):
    """Who learns."""

    class Meta:
        db_table = "student_profiles"


class TutorProfile(Profile):
    """Who teaches."""

    class Meta:
        db_table = "tutor_profiles"


class ParentProfile(Profile):
    """Whose child learns."""

    class Meta:
        db_table = "parent_profiles"


class AdvertiserProfile(Profile):
    """Who advertises."""

    class Meta:
        db_table = "advertiser_profiles"
