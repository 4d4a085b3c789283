"""What front and readers tell each other besides the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.service.refusals import Refusal


@dataclass(frozen=True)
class Refused:
    """A `Refusal` on its way from a reader; an error would come with a traceback of Ray's."""

    status: int
    code: str
    message: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, refusal: Refusal) -> Refused:
        return cls(refusal.status_code, refusal.code, refusal.detail, dict(refusal.headers or {}))

    def raised(self) -> Refusal:
        """The same as it was."""
        refusal = Refusal(HTTPStatus(self.status), self.code, self.message)
        refusal.headers = dict(self.headers)
        return refusal


@dataclass(frozen=True)
class Kept:
    """The answer that follows is remembered under this key."""

    key: str


Message = RecognitionEvent | Refused | Kept


@dataclass(frozen=True)
class ReaderReport:
    """What a reader tells the front every moment.

    Attributes:
        replica: names the reader.
        node: the machine it runs on.
        content: digests, see `Content.told`.
        news: counted since the last report that arrived; its gauges are the newest.
        decisions: lines of the decision log since then.
    """

    replica: str
    node: str
    pid: int
    content: Mapping[str, str]
    news: Snapshot = field(default_factory=Snapshot)
    decisions: tuple[str, ...] = ()
