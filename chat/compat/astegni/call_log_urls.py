"""What the front end asks for beside its prefix: ``path("api/", include(…))`` gives ``/api/call-logs``."""

from chat.compat.astegni.calls import CallLogsView, CallLogView
from chat.compat.astegni.urls import at

urlpatterns = [
    at("call-logs", CallLogsView),
    at(r"call-logs/(?P<number>[^/]+)", CallLogView),
]
