"""Reporting messages and people to the moderators."""

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from chat.api.base import ChatViewSet
from chat.api.inputs.safety import MessageReport, UserReport
from chat.api.schema import MESSAGE, PERSON, operation
from chat.api.shapes.safety import REPORT, ReportShape
from chat.serializers.safety import report_json
from chat.services.safety.reports import Reported, message_report, user_report


class ReportViewSet(ChatViewSet):
    """Reports."""

    inputs = {"message": MessageReport, "person": UserReport}
    scopes = {"message": "report", "person": "report"}

    @operation(
        "Report a message to the moderators",
        parameters=(MESSAGE,),
        request=MessageReport,
        body={"kind": "spam", "reason": "The same advertisement, in three groups."},
        answers={201: (ReportShape, REPORT), 200: (ReportShape, REPORT)},
        errors=(404, 409),
    )
    def message(self, request: Request, message_id: str) -> Response:
        """Report it; 200 if the caller's report of it is open already."""
        reported = message_report(
            acting_user=request.user, message_id=self.path_uuid("message_id"), **self.read_input()
        )
        return _answer(reported)

    @operation(
        "Report a person to the moderators",
        parameters=(PERSON,),
        request=UserReport,
        body={"kind": "impersonation", "reason": "This is not Ben."},
        answers={201: (ReportShape, REPORT), 200: (ReportShape, REPORT)},
        errors=(404, 409),
    )
    def person(self, request: Request, user_id: str) -> Response:
        """Report them; 200 if the caller's report of them is open already, which then has more messages."""
        return _answer(user_report(acting_user=request.user, user_id=self.member_id, **self.read_input()))


def _answer(reported: Reported) -> Response:
    code = status.HTTP_201_CREATED if reported.created else status.HTTP_200_OK
    return Response(report_json(reported.report), status=code)
