"""What a cluster is started with."""

from __future__ import annotations

from dataclasses import dataclass, field

from cardscanner_gui.cluster.hot_reader import ReaderSpec
from cardscanner_gui.service.options import ServiceOptions

APP = "cardscanner"
"""What Ray Serve calls the application."""
FRONT = "Front"
READER = "Reader"


@dataclass(frozen=True)
class ClusterOptions:
    """The bounds of a cluster.

    Attributes:
        spec: what each reader is built from.
        service: the front's; `workers` says how many readers there may be.
        least, most: readers; as many as the queue asks for, between these.
        waiting_each: pictures for each reader, waiting or read, at which another one is started.
        idle_seconds: after how long with less to do one reader ends.
        front_resource: what Ray calls the node with the collection, where there are several.
    """

    spec: ReaderSpec
    service: ServiceOptions = field(default_factory=ServiceOptions)
    least: int = 1
    most: int = 1
    waiting_each: float = 2.0
    idle_seconds: float = 300.0
    front_resource: str = ""
