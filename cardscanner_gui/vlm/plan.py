"""What preparation found out about a model, so that a daily start reads one small file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from cardscanner_gui.vlm.decoder_interface import Sizes
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.prompt import PromptSettings
from cardscanner_gui.vlm.tiles import ImageSettings
from cardscanner_gui.vlm.tuning import Tuning

FORMAT = 1
FILE_NAME = "plan.json"
PARTS = ("vision", "embedding", "decoder")


@dataclass(frozen=True)
class GraphFile:
    """One graph that a start opens.

    Attributes:
        path: relative to the model's folder.
        optimised: saved after ONNX Runtime's own optimisation, so that opening skips it.
    """

    path: str
    optimised: bool = False


@dataclass(frozen=True)
class Trial:
    """Something that was tried at preparation, and why it was adopted or not."""

    what: str
    adopted: bool
    reason: str


@dataclass(frozen=True)
class Plan:
    """Everything a start needs besides the graphs and the tokenizer.

    Attributes:
        model: id, such as `smolvlm-500m`.
        revision: what the model's repository was at, empty for a folder of unknown origin.
        variant: `int8` and so on.
        runtime, processor: what the measurements were made with; another one prepares again.
        shared_cache: the decoder extends its key/value cache in place.
        one_by_one: the decoder reads several positions only from the beginning, and appends one.
        sizes: of the decoder, for files that leave them open.
        threads: workers that were the quickest for a usual answer; 0 for one a core.
        stop: ids that end an answer.
        tokenizer: its file, relative to the model's folder.
    """

    model: str
    revision: str
    variant: str
    runtime: str
    processor: str
    graphs: Mapping[str, GraphFile]
    shared_cache: bool
    image: ImageSettings
    prompt: PromptSettings
    image_token: int
    stop: tuple[int, ...]
    decisions: tuple[Trial, ...] = ()
    tokenizer: str = "tokenizer.json"
    one_by_one: bool = False
    sizes: Sizes | None = None
    threads: int = 0
    format: int = FORMAT

    def tuned(self, tuning: Tuning) -> Tuning:
        """The switches, with the number of workers that was measured where none is asked for.

        Workers that are pinned to processors are as many as those are.
        """
        asked_for = tuning.threads or tuning.affinity
        return tuning if asked_for else replace(tuning, threads=self.threads)

    def save(self, folder: Path) -> None:
        """Write `plan.json` in one step."""
        draft = folder / f"{FILE_NAME}.new"
        with draft.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=2, ensure_ascii=False)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / FILE_NAME)


def load_plan(folder: Path) -> Plan:
    """Read a model folder's plan.

    Raises:
        ModelError: there is none, or it is damaged, or of another version of the program.
    """
    path = folder / FILE_NAME
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return _parse(content)
    except FileNotFoundError as error:
        raise ModelError(f"The model in {folder} isn't prepared yet. Prepare it first.") from error
    except OSError as error:
        raise ModelError(f"{path} can't be read ({error.strerror or error}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged. Prepare the model again.") from error


def _parse(content: dict[str, Any]) -> Plan:
    if content["format"] != FORMAT:
        raise ValueError(f"format {content['format']}")
    image = content["image"]
    graphs = {name: GraphFile(**content["graphs"][name]) for name in PARTS}
    for name in (content.get("tokenizer", ""), *(graph.path for graph in graphs.values())):
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise ValueError("a file outside the model's folder")
    return Plan(
        **content
        | {
            "graphs": graphs,
            "image": ImageSettings(
                **image | {"mean": tuple(image["mean"]), "std": tuple(image["std"])}
            ),
            "prompt": PromptSettings(**content["prompt"]),
            "stop": tuple(content["stop"]),
            "sizes": Sizes(**content["sizes"]) if content.get("sizes") else None,
            "decisions": tuple(Trial(**d) for d in content["decisions"]),
        }
    )
