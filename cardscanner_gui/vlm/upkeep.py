"""Which installed models have to be prepared, or prepared again; needs no model to be opened."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort

from cardscanner_gui.vlm.cpu import this_processor
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.installed import is_prepared, model_folder, read_manifest
from cardscanner_gui.vlm.models import MODELS, ModelDescription
from cardscanner_gui.vlm.plan import Plan, load_plan


def outdated(plan: Plan) -> str | None:
    """Why a plan should be made again on this machine, None if it is fine."""
    if plan.runtime != ort.__version__:
        return f"it was prepared with ONNX Runtime {plan.runtime}"
    if plan.processor != this_processor().signature:
        return "it was prepared on another processor"
    return None


def unready(models: Path, model: ModelDescription) -> str | None:
    """Why an installed model has to be prepared; None if it is ready, or not installed."""
    try:
        if read_manifest(models, model) is None:
            return None
        if not is_prepared(models, model):
            return "it was never prepared"
        return outdated(load_plan(model_folder(models, model)))
    except ModelError as error:
        return str(error)


def to_prepare(models: Path) -> list[tuple[ModelDescription, str]]:
    """Installed models that have to be prepared, each with the reason."""
    reasons = [(model, unready(models, model)) for model in MODELS.values()]
    return [(model, reason) for model, reason in reasons if reason is not None]
