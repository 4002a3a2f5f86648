"""What moderators of the demo find to do, and somebody who asks for their data."""

from collections.abc import Mapping
from contextlib import suppress

from django.contrib.auth.models import User

from chat.exceptions import HeldForReview
from chat.models import ChatGroup, DataExport
from chat.services.duty.exports import export_request
from chat.services.messages import message_send

WHERE = "Board game night"
SUSPECT = "You have won a prize! Send me your phone number and it is yours."


def duty_begin(people: Mapping[str, User]) -> None:
    """Have Chala say what the demo's review holds, and Ada ask for her data, unless she has."""
    if DataExport.objects.exists():
        return
    group = ChatGroup.objects.visible_to(people["chala"]).filter(name=WHERE).first()
    if group is not None:
        with suppress(HeldForReview):
            message_send(acting_user=people["chala"], group_id=group.pk, message_text=SUSPECT)
    export_request(acting_user=people["ada"], user_id=people["ada"].pk)
