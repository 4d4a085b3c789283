"""Training can go on from the networks that are shipped; only where PyTorch is installed."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from cardscanner_gui.resources import resource_dir

torch = pytest.importorskip("torch")


def test_the_shipped_network_says_in_training_what_it_says_in_use():
    from training.export import _Corners
    from training.shipped import shipped

    path = resource_dir() / "finder" / "corners.onnx"
    pixels = np.random.default_rng(0).integers(0, 255, (1, 192, 192, 3), np.uint8)
    net = _Corners(shipped(path)).eval()
    with torch.no_grad():
        trained = [one.numpy() for one in net(torch.from_numpy(pixels))]
    used = onnxruntime.InferenceSession(str(path)).run(None, {"pixels": pixels})
    for one, other in zip(trained, used, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)
