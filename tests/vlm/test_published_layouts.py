"""Every layout that a model may be published in: downloaded, prepared, and read a card with.

The files are the small trained reader's, written as exports write them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto

from cardscanner_gui.vlm import hub, installed
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import RecordRead
from cardscanner_gui.vlm.layouts import STRIPS
from cardscanner_gui.vlm.models import SMOLVLM2_256M, SMOLVLM_256M, ModelDescription
from cardscanner_gui.vlm.plan import Plan, load_plan
from cardscanner_gui.vlm.prepare import prepare_installed
from cardscanner_gui.vlm.tuning import Tuning
from tests.vlm.asked import FIELDS, asked
from tests.vlm.loopback_hub import Hub
from training.drawing.cards import CardFace, draw_card
from training.tiny_vlm.cards import NAMES, WEIGHTS, draw_face, flat_card, texts
from training.tiny_vlm.folder import write_embedding, write_model, write_vision
from training.tiny_vlm.interface import Interface
from training.tiny_vlm.shapes import READER
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import Weights

FIRST = replace(SMOLVLM_256M, hidden=READER.hidden, revision="", published={})
SECOND = replace(SMOLVLM2_256M, hidden=READER.hidden, revision="", published={})
ONE = Tuning(threads=1)
CARDS = 4


@dataclass(frozen=True)
class Case:
    """A layout, and what preparation should find in it.

    Attributes:
        decoders: variants of the decoder; vision towers and embeddings come in them too, except
            where others are named.
        lost: files that the repository doesn't have.
        found: what the plan has to say.
    """

    decoders: tuple[str, ...] = ("uint8",)
    vision: tuple[str, ...] | None = None
    embedding: tuple[str, ...] | None = None
    attention: str = "grouped"
    interface: Interface | None = None
    model: ModelDescription = FIRST
    lost: tuple[str, ...] = ()
    variant: str | None = None
    found: Callable[[Plan], bool] = lambda plan: plan.shared_cache


def one_buffer(plan: Plan) -> bool:
    return plan.shared_cache and not plan.one_by_one


def rewritten(plan: Plan) -> bool:
    kept = [trial.what for trial in plan.decisions if trial.adopted]
    return one_buffer(plan) and {"positions one by one", "grouped attention"} <= {*kept}


CASES = {
    "grouped": Case(found=one_buffer),
    "multihead": Case(attention="multihead", found=rewritten),
    "multihead-fp32": Case(("fp32",), attention="multihead", variant="fp32", found=rewritten),
    "multihead-fp16": Case(("fp16",), attention="multihead", found=rewritten),
    "mixed": Case(("int8",), vision=("fp32",), found=lambda p: p.variant == "int8"),
    "mixed-quantized": Case(
        ("int8",), vision=("quantized",), embedding=("fp32",), found=lambda p: p.variant == "int8"
    ),
    "quantized": Case(("quantized",), found=lambda p: p.variant == "quantized"),
    "fp16": Case(("fp16",), found=lambda p: p.variant == "fp16"),
    "q4": Case(("q4",), variant="q4", found=lambda p: p.variant == "q4"),
    "second-generation": Case(model=SECOND, found=one_buffer),
    "other-names": Case(
        interface=Interface(past="past_{part}_self_{layer}", present="present_{part}_self_{layer}"),
        found=one_buffer,
    ),
    "int32-ids": Case(interface=Interface(integers=TensorProto.INT32), found=one_buffer),
    "int32-multihead": Case(
        attention="multihead", interface=Interface(integers=TensorProto.INT32), found=rewritten
    ),
    "open-sizes": Case(interface=Interface(sized=False), found=one_buffer),
    "open-sizes-multihead": Case(
        attention="multihead", interface=Interface(sized=False), found=rewritten
    ),
    "counted-logits": Case(interface=Interface(counts_logits=True), found=one_buffer),
    "few-settings": Case(
        lost=("processor_config.json", "generation_config.json", "special_tokens_map.json"),
        found=one_buffer,
    ),
}


@pytest.fixture(scope="session", autouse=True)
def _either_processor() -> None:
    """Most layouts don't ask which kind of processor this is; the test that does says so."""


@pytest.fixture(scope="module")
def trained() -> Weights:
    return {name: value.astype(np.float32) for name, value in np.load(WEIGHTS).items()}


@pytest.fixture(scope="module")
def faces() -> list[CardFace]:
    rng = np.random.default_rng(24_680)
    return [draw_face(rng) for _ in range(CARDS)]


def publish(folder: Path, case: Case, trained: Weights) -> dict[str, bytes]:
    """The files of a repository in this layout."""
    write_model(
        folder,
        READER,
        trained,
        train_tokenizer(texts(), READER.vocabulary),
        variants=case.decoders,
        attention=case.attention,
        interface=case.interface,
        video=case.model is SECOND,
    )
    for part, variants in (("vision_encoder", case.vision), ("embed_tokens", case.embedding)):
        for path in folder.glob(f"onnx/{part}*") if variants is not None else ():
            path.unlink()
    for variant in case.vision or ():
        write_vision(folder, READER, trained, variant)
    for variant in case.embedding or ():
        write_embedding(folder, READER, trained, variant, case.interface)
    for name in case.lost:
        (folder / name).unlink()
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*.*")}


def get(models: Path, case: Case, files: dict[str, bytes]) -> Path:
    """Download and prepare, as the program does."""
    with Hub(files) as served:
        offer = hub.ask(models, case.model, case.variant, served.address)
        hub.download(models, offer, endpoint=served.address)
    prepare_installed(models, case.model, tuning=ONE)
    return installed.model_folder(models, case.model)


@pytest.mark.parametrize("name", CASES)
def test_every_layout_reads_cards(
    name: str, tmp_path: Path, trained: Weights, faces: list[CardFace]
) -> None:
    case = CASES[name]
    folder = get(tmp_path / "models", case, publish(tmp_path / "published", case, trained))
    plan = load_plan(folder)
    assert case.found(plan), "\n".join(map(str, plan.decisions))
    assert not [trial for trial in plan.decisions if "failed" in trial.reason]
    engine = Engine(folder, asked(name=tuple(NAMES)), ONE)
    right = 0
    for face in faces:
        *_, record = engine.read(flat_card(draw_card(face, 528)), FIELDS[:3], STRIPS)
        assert isinstance(record, RecordRead)
        read = {field: record.fields[field].text for field in FIELDS[:3]}
        assert read["name"] == face.name
        assert read["hp"] == str(face.hp)
        right += read["number"] == face.number
    assert right >= CARDS - 1
