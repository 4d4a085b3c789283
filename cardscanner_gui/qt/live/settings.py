"""What is remembered about live scanning: the camera, each device's choices, a card's start."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.core.copies import LANGUAGES, Condition, CopyDefaults
from cardscanner_gui.settings import Settings

log = logging.getLogger(__name__)

_KEPT = ("width", "height", "exposure", "quarter_turns", "mirror")


@dataclass(frozen=True)
class LiveSettings:
    """The choices; `of` reads them from the program's settings, `put_into` puts them back.

    Attributes:
        source: the last one, as the user's words for it: an id of a camera, a path, an address.
        label: what to call it.
        devices: resolution, exposure, rotation and mirror, by source.
        defaults: what a session's cards start as; they stick until they are changed.
    """

    source: str = ""
    label: str = ""
    auto_capture: bool = True
    sounds: bool = True
    defaults: CopyDefaults = field(default_factory=CopyDefaults)
    devices: Mapping[str, CameraSettings] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> LiveSettings:
        """What the settings hold; what makes no sense there gives its default."""
        values = settings.live
        start = settings.defaults
        try:
            return cls(
                source=str(values.get("source", "")),
                label=str(values.get("label", "")),
                auto_capture=bool(values.get("auto_capture", True)),
                sounds=bool(values.get("sounds", True)),
                defaults=_defaults(values.get("defaults", {}), start),
                devices={str(k): _device(v) for k, v in values.get("devices", {}).items()},
            )
        except (ValueError, TypeError, AttributeError) as error:
            log.warning("The choices of live scanning make no sense (%s); starting afresh.", error)
            return cls(defaults=start)

    def put_into(self, settings: Settings) -> Settings:
        """The settings with these choices."""
        devices = {
            key: {name: getattr(device, name) for name in _KEPT}
            for key, device in self.devices.items()
        }
        values = {
            "source": self.source,
            "label": self.label,
            "auto_capture": self.auto_capture,
            "sounds": self.sounds,
            "defaults": asdict(self.defaults),
            "devices": devices,
        }
        return replace(settings, live=values)

    @property
    def device(self) -> CameraSettings:
        """The choices of the current source."""
        return self.devices.get(self.source, CameraSettings())

    def with_device(self, device: CameraSettings) -> LiveSettings:
        """The same with other choices for the current source."""
        return replace(self, devices={**self.devices, self.source: device})


def _defaults(values: Mapping[str, Any], start: CopyDefaults) -> CopyDefaults:
    language = str(values.get("language", start.language))
    return CopyDefaults(
        condition=str(Condition(values.get("condition", start.condition))),
        finish=str(values.get("finish", start.finish)),
        language=language if language in LANGUAGES else start.language,
        note=str(values.get("note", "")),
    )


def _device(values: Mapping[str, Any]) -> CameraSettings:
    exposure = values.get("exposure")
    standard = CameraSettings()
    return CameraSettings(
        width=int(values.get("width", standard.width)),
        height=int(values.get("height", standard.height)),
        exposure=None if exposure is None else float(exposure),
        quarter_turns=int(values.get("quarter_turns", 0)) % 4,
        mirror=bool(values.get("mirror", False)),
    )
