"""The shipped corner network as a start: training goes on from it instead of from nothing.

Its file holds each convolution with the normalisation after it folded in. Here the normalisations
are made identities that stay as they are, so that only weights and biases learn.
"""

from __future__ import annotations

import itertools
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from training.network import CornerNet


def shipped(path: Path) -> CornerNet:
    """The network of a `corners.onnx` that `training.export` wrote."""
    graph = onnx.load(path).graph
    stored = {t.name.removesuffix("_half"): _tensor(t) for t in graph.initializer}
    folded = [node.input for node in graph.node if node.op_type == "Conv"]
    unnamed = [names for names in folded if not names[1].startswith("net.")]
    net = CornerNet()
    pairs = iter(unnamed)
    with torch.no_grad():
        for block in net.modules():
            layers = list(block) if isinstance(block, nn.Sequential) else []
            for layer, norm in itertools.pairwise(layers):
                if isinstance(layer, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                    _, weight, bias = next(pairs)
                    layer.weight.copy_(stored[weight])
                    _make_identity(norm, stored[bias])
        for name, parameter in net.named_parameters():
            if f"net.{name}" in stored:
                parameter.copy_(stored[f"net.{name}"])
    return net


def keep_norms(net: nn.Module) -> None:
    """Put a network into training, its normalisations left as they are."""
    net.train()
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eval()


def _make_identity(norm: nn.BatchNorm2d, bias: Tensor) -> None:
    assert norm.running_mean is not None
    assert norm.running_var is not None
    norm.running_mean.zero_()
    norm.running_var.fill_(1.0 - norm.eps)
    norm.weight.fill_(1.0)
    norm.bias.copy_(bias)


def _tensor(tensor: onnx.TensorProto) -> Tensor:
    return torch.from_numpy(numpy_helper.to_array(tensor).astype("float32"))
