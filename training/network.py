"""The two networks, in PyTorch."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn


def _conv(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels)
        )
        # Starts as the identity, which lets a short training use all its steps.
        nn.init.zeros_(self.second[1].weight)

    def forward(self, x: Tensor) -> Tensor:
        return nnf.relu(x + self.second(self.first(x)))


def _stage(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(_conv(inputs, outputs, 2), _Residual(outputs), _Residual(outputs))


def prepared(pixels: Tensor) -> Tensor:
    """RGB bytes N x H x W x 3 as N x 3 x H x W around zero; the padding grey 114 becomes 0."""
    return (pixels.permute(0, 3, 1, 2).float() - 114.0) / 64.0


class CornerNet(nn.Module):
    """Middles with offsets to the corners at stride 8, corner maps and a mask at stride 4.

    A plain residual trunk to stride 32 with one global average, and a feature pyramid back up:
    1.0 M parameters.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.PixelUnshuffle(2), _conv(12, 32, 2))
        self.to8, self.to16, self.to32 = _stage(32, 48), _stage(48, 80), _stage(80, 112)
        self.context = nn.Conv2d(112, 112, 1)
        self.from32, self.from16 = nn.Conv2d(112, 64, 1), nn.Conv2d(80, 64, 1)
        self.merge16, self.from8 = _conv(64, 48), nn.Conv2d(48, 48, 1)
        self.merge8, self.head = _conv(48, 48), _conv(48, 64)
        self.centre, self.offsets = nn.Conv2d(64, 1, 1), nn.Conv2d(64, 8, 1)
        self.from4, self.up4 = nn.Conv2d(32, 24, 1), nn.Conv2d(48, 24, 1)
        self.merge4, self.corners = _conv(24, 24), nn.Conv2d(24, 5, 1)
        # Cards' middles and corners are rare; starting from "nowhere" keeps the first steps calm.
        nn.init.constant_(self.centre.bias, -3.0)
        nn.init.constant_(self.corners.bias, -3.0)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Prepared pictures to logits: centre N x 1, offsets N x 8, corners and mask N x 5."""
        at4 = self.stem(x)
        at8 = self.to8(at4)
        at16 = self.to16(at8)
        at32 = self.to32(at16)
        at32 = at32 + self.context(at32.mean((2, 3), keepdim=True))
        merged = self.merge16(_doubled(self.from32(at32)) + self.from16(at16))
        merged = self.merge8(_doubled(merged) + self.from8(at8))
        head = self.head(merged)
        fine = self.merge4(_doubled(self.up4(merged)) + self.from4(at4))
        return self.centre(head), self.offsets(head), self.corners(fine)


def _doubled(x: Tensor) -> Tensor:
    return nnf.interpolate(x, scale_factor=2.0, mode="nearest")


class UprightNet(nn.Module):
    """How many quarter turns to the left a 64 x 88 crop of a card is away from upright."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            _conv(3, 16, 2),
            _conv(16, 32, 2),
            _conv(32, 48),
            _conv(48, 64, 2),
            _conv(64, 96, 2),
            nn.Conv2d(96, 32, 1),
            nn.ReLU(inplace=True),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(32 * 6 * 4, 4),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Prepared crops to logits of how often they were turned to the left."""
        result: Tensor = self.layers(x)
        return result


class Averaged:
    """A slowly following copy of a network's weights, which is what gets exported."""

    def __init__(self, net: nn.Module, keep: float = 0.998) -> None:
        self._keep = keep
        self.state = {name: value.detach().clone() for name, value in net.state_dict().items()}

    def follow(self, net: nn.Module, step: int) -> None:
        keep = min(self._keep, step / (step + 30))
        with torch.no_grad():
            for name, value in net.state_dict().items():
                if value.dtype.is_floating_point:
                    self.state[name].mul_(keep).add_(value, alpha=1 - keep)
                else:
                    self.state[name].copy_(value)
