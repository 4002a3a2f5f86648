"""A project with the usual chat of benchmarks/usual, set up as the documents of DRF and simplejwt show."""

from benchmarks.hosts.base import *

INSTALLED_APPS += ["benchmarks.usual"]
ROOT_URLCONF = "benchmarks.usual.urls"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework_simplejwt.authentication.JWTAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
