"""Every address of the demo host."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from chatproject.tokens import FreshTokenView, SignInTokenView, SignOutTokenView
from chatproject.views import HomeView, SignInView

urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("accounts/login/", SignInView.as_view(), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("admin/", admin.site.urls),
    path("api/token/", SignInTokenView.as_view(), name="token_obtain"),
    path("api/token/refresh/", FreshTokenView.as_view(), name="token_refresh"),
    path("api/token/blacklist/", SignOutTokenView.as_view(), name="token_blacklist"),
    path("api/chat/", include("chat.urls")),
    path("api/astegni/", include("chat.compat.astegni.urls")),
    path("api/", include("chat.compat.hazo.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]
