"""What the real processor's probes say; which files of a model are used depends on it."""

from __future__ import annotations

from cardscanner_gui.vlm.cpu import has_dot_products, this_processor
from cardscanner_gui.vlm.measure import signed_products_saturate


def test_the_probes_agree_on_this_machine() -> None:
    """Where the system lists the instructions, ONNX Runtime's signed products are exact."""
    assert not (has_dot_products() and signed_products_saturate())
    assert signed_products_saturate() is signed_products_saturate()


def test_the_processor_is_described() -> None:
    processor = this_processor()
    assert processor.cores >= 1
    assert ("with 8-bit" in processor.signature) is processor.dot_products
