"""A conversation full of secrets, and everybody who must not learn them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from chat.exports.building import exports_build
from tests.api.conftest import Call, Caller
from tests.services.safety.reviewing import REVIEWING
from tests.services.worlds import make_person

KINDS = (
    "text", "deleted", "before_edit", "file_name", "file_bytes", "question", "option", "place", "reference", "pinned",
    "quoted", "forwarded",
)  # fmt: skip
"""What only members who were there may know; of the deleted one nobody may know any more."""
OUTSIDERS = ("nobody", "stranger", "former", "late", "cleared", "hid")
"""Those for whom every secret is one."""

UNSENT = ("draft", "scheduled", "held")
"""What its author alone may know."""


def token(kind: str) -> str:
    """Return a word that is nowhere else."""
    return f"zq{kind.replace('_', '')}{uuid4().hex[:10]}"


@dataclass
class Planted:
    """Secrets by kind, the ids that lead to them, and who is who."""

    secrets: dict[str, str] = field(default_factory=lambda: {kind: token(kind) for kind in KINDS})
    drafts: dict[str, str] = field(default_factory=lambda: {kind: token(kind) for kind in UNSENT})
    source: str = field(default_factory=lambda: token("source"))
    """The name of the conversation that a message was forwarded from."""
    doors: dict[str, str] = field(default_factory=dict)
    """What lets into the group, and what somebody says who asks to come in: for owner and admins alone."""
    ids: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    seqs: list[int] = field(default_factory=list)
    """Positions in the conversation, near enough for pages around them to show all of it."""


class Planter:
    """Plants through the API, as people do."""

    def __init__(self, api: Call) -> None:
        self.api = api
        self.planted = Planted()
        names = ("owner", "author", "stranger", "former", "late", "cleared", "hid", "elsewhere", "asker")
        self.planted.people = {name: make_person() for name in names} | {"nobody": None}
        self.messages: list[str] = []
        self.files: list[str] = []

    def plant(self) -> Planted:
        """Say everything, then let the outsiders become what they are."""
        people, secrets = self.planted.people, self.planted.secrets
        owner, author = self.caller("owner"), self.caller("author")
        group = self.start(owner, "Aqueduct", "author", "former", "cleared", "hid")
        self.say(author, group, message_text=secrets["text"])
        owner.ok("delete", f"messages/{self.say(owner, group, message_text=secrets['deleted'])}/")
        edited = self.say(author, group, message_text=secrets["before_edit"])
        author.ok("patch", f"messages/{edited}/", {"message_text": "mended"})
        self.say(author, group, attachment_ids=[self.upload(author)])
        poll = {"options": [secrets["option"], "other"], "multiple": False, "anonymous": False}
        question = self.say(author, group, message_text=secrets["question"], poll=poll)
        owner.ok("put", f"messages/{question}/vote/", {"option_ids": [1]})
        self.say(author, group, location={"latitude": 9.03, "longitude": 38.74, "name": secrets["place"]})
        url = f"https://example.org/{secrets['reference']}"
        link = {"id": "1", "type": "url", "scope": "chat", "name": secrets["reference"], "url": url}
        self.say(author, group, message_text="see there", reference_list=[link])
        pinned = self.say(author, group, message_text=secrets["pinned"])
        owner.ok("put", f"messages/{pinned}/pin/")
        owner.ok("put", f"messages/{pinned}/reactions/%F0%9F%91%8D/")
        quoted = self.say(author, group, message_text=secrets["quoted"])
        source = self.start(owner, self.planted.source, "author")
        self.forward(source, group)
        for name in ("draft", "scheduled"):
            self.unsent(author, group, name)
        self.hold(author, group)
        self.open_door(owner, group)
        call = str(owner.ok("post", f"groups/{group}/calls/", {"call_type": "voice"})["id"])
        self.become_outsiders(owner, group)
        self.say(owner, group, message_text="an answer that everybody sees", reply_to_id=quoted)
        elsewhere = self.start(owner, "Elsewhere", "elsewhere", *OUTSIDERS)
        far = self.start(owner, "Far", "elsewhere")
        owner.ok("post", f"messages/{self.messages[0]}/forward/", {"group_ids": [far]})
        users = [str(person.pk) for person in people.values() if person is not None]
        self.planted.ids |= {
            "group_id": [group, elsewhere, source, far],
            "message_id": self.messages,
            "user_id": users,
            "file_id": self.files,
            "call_id": [call],
            "canned_id": [str(uuid4())],  # the walk of the desk has a real one
            "upload_id": self.files,
        }
        self.planted.ids["erasure_id"] = [self.erasure(name) for name in ("owner", "author")]
        self.planted.ids["export_id"] = [self.export(name) for name in ("owner", "author")]
        self.planted.seqs = list(range(1, len(self.messages) + 12, 5))
        return self.planted

    def caller(self, name: str) -> Caller:
        """Return one of the people, as a client of the API."""
        return self.api(self.planted.people[name])

    def start(self, owner: Caller, name: str, *members: str) -> str:
        """Start a group whose newcomers see nothing from before."""
        ids = [str(self.planted.people[member].pk) for member in members if self.planted.people[member] is not None]
        body = {"group_type": "group", "name": name, "member_ids": ids, "history_visibility": "joined"}
        return str(owner.ok("post", "groups/", body)["id"])

    def say(self, caller: Caller, group: str, **body: Any) -> str:
        """Send a message."""
        message = str(caller.ok("post", f"groups/{group}/messages/", body)["id"])
        self.messages.append(message)
        return message

    def upload(self, caller: Caller) -> str:
        """Upload a file whose name and whose bytes are secrets."""
        secrets = self.planted.secrets
        file = SimpleUploadedFile(f"{secrets['file_name']}.txt", secrets["file_bytes"].encode())
        upload = str(caller.ok("post", "uploads/", {"file": file}, format="multipart")["id"])
        self.files.append(upload)
        return upload

    def forward(self, source: str, group: str) -> None:
        """Forward a message of the source into the group."""
        author = self.caller("author")
        first = self.say(author, source, message_text=self.planted.secrets["forwarded"])
        author.ok("post", f"messages/{first}/forward/", {"group_ids": [group]})

    def unsent(self, caller: Caller, group: str, name: str) -> None:
        """Leave something that its author has not sent yet."""
        text = self.planted.drafts[name]
        if name == "draft":
            caller.ok("put", f"groups/{group}/draft/", {"message_text": text})
            return
        later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        scheduled = caller.ok("post", f"groups/{group}/scheduled/", {"message_text": text, "send_at": later})
        self.planted.ids["scheduled_id"] = [str(scheduled["id"])]

    def hold(self, author: Caller, group: str) -> None:
        """Have the author say something that waits for a moderator."""
        with override_settings(CHAT=settings.CHAT | {"ADAPTER": REVIEWING}):
            body = {"message_text": f"hold {self.planted.drafts['held']}"}
            response = author.post(f"groups/{group}/messages/", body)
        assert response.status_code == 202
        self.planted.ids["held_id"] = [str(response.json()["id"])]

    def open_door(self, owner: Caller, group: str) -> None:
        """Invite, and have somebody ask to be let in. A link with another signature leads nowhere."""
        made = owner.ok("post", f"groups/{group}/invitations/", {"needs_approval": True})
        link, words = made["invitation_token"], token("asking")
        asked = self.caller("asker").ok("post", f"invitations/{link}/", {"text": words})
        self.planted.doors = {"link": link, "asking": words}
        self.planted.ids |= {"join_id": [str(asked["id"])], "invitation_token": [f"{link[:-1]}-"]}

    def erasure(self, name: str) -> str:
        """Have somebody ask to be erased, which waits."""
        return str(self.caller(name).ok("post", "erasures/", {"confirm": True})["id"])

    def export(self, name: str) -> str:
        """Have everything collected that one of the people may know."""
        export = str(self.caller(name).ok("post", "exports/")["id"])
        assert sum(exports_build()) > 0
        return export

    def become_outsiders(self, owner: Caller, group: str) -> None:
        """Let one leave, one join, one clear the history, one delete every message for themselves."""
        people = self.planted.people
        owner.ok("delete", f"groups/{group}/members/{people['former'].pk}/")
        owner.ok("post", f"groups/{group}/members/", {"user_id": str(people["late"].pk), "role": "member"})
        self.caller("cleared").ok("delete", f"groups/{group}/history/")
        hid = self.caller("hid")
        for message in hid.ok("get", f"groups/{group}/messages/?limit=100")["messages"]:
            hid.ok("delete", f"messages/{message['id']}/?scope=me")
