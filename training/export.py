"""Writes trained networks as ONNX: `python -m training.export --weights FOLDER --out FOLDER`."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.network import CornerNet, UprightNet, prepared


class _Corners(nn.Module):
    """From bytes to probabilities; the mask was only there to learn from."""

    def __init__(self, net: CornerNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, pixels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        centre, offsets, fine = self.net(prepared(pixels))
        return centre.sigmoid(), offsets, fine[:, :4].sigmoid()


class _Upright(nn.Module):
    def __init__(self, net: UprightNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, pixels: Tensor) -> Tensor:
        return self.net(prepared(pixels)).softmax(1)


def export(weights: Path, out: Path) -> None:
    """Export whichever of `corners.pt` and `upright.pt` are there."""
    out.mkdir(parents=True, exist_ok=True)
    if (weights / "corners.pt").exists():
        corners = CornerNet()
        corners.load_state_dict(torch.load(weights / "corners.pt"))
        _write(
            _Corners(corners).eval(),
            torch.zeros(1, 192, 192, 3, dtype=torch.uint8),
            ["centre", "offsets", "corners"],
            {0: "count", 1: "height", 2: "width"},
            out / "corners.onnx",
        )
    if (weights / "upright.pt").exists():
        upright = UprightNet()
        upright.load_state_dict(torch.load(weights / "upright.pt"))
        _write(
            _Upright(upright).eval(),
            torch.zeros(1, 88, 64, 3, dtype=torch.uint8),
            ["turns"],
            {0: "count"},
            out / "upright.onnx",
        )


def _write(
    net: nn.Module, example: Tensor, outputs: list[str], axes: dict[int, str], target: Path
) -> None:
    if len(axes) == 1:
        dynamic = dict.fromkeys(["pixels", *outputs], axes)
    else:
        maps = {0: "count", 2: "rows", 3: "columns"}
        fine = {0: "count", 2: "fine_rows", 3: "fine_columns"}
        dynamic = {"pixels": axes, "centre": maps, "offsets": maps, "corners": fine}
    torch.onnx.export(
        net,
        (example,),
        str(target),
        input_names=["pixels"],
        output_names=outputs,
        dynamic_axes=dynamic,
        opset_version=17,
        dynamo=False,
    )
    onnx.save(_halved(onnx.load(target)), target)


def _halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """Weights stored as half floats and cast when loaded: half the size, the same speed."""
    graph = model.graph
    kept, casts = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if values.dtype == np.float32 and values.size > 256:
            stored = f"{tensor.name}_half"
            kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
            casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
        else:
            kept.append(tensor)
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, default=Path("training/data"))
    parser.add_argument("--out", type=Path, default=Path("resources/finder"))
    args = parser.parse_args()
    export(args.weights, args.out)


if __name__ == "__main__":
    main()
