"""Model folders on disk: what is installed, whether its files are whole, adopting and removing.

A model counts as installed once its manifest is there; the manifest is always written last.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.models import (
    CONFIG_FILES,
    VARIANTS,
    ModelDescription,
    graph_name,
)
from cardscanner_gui.vlm.plan import FILE_NAME as PLAN_NAME
from cardscanner_gui.vlm.variants import missing, present

MANIFEST = "manifest.json"
INCOMING = ".incoming"
PINS = "pins.json"
_BLOCK = 1 << 20

Progress = Callable[[int, int], None]
"""Bytes done and bytes in all."""


@dataclass(frozen=True)
class InstalledFile:
    """One file of an installed model: `name` is relative to its folder, with slashes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What was installed, and from where.

    Attributes:
        revision: the repository's commit; empty for a folder that the user gave.
    """

    model: str
    repository: str
    revision: str
    files: tuple[InstalledFile, ...]

    @property
    def variants(self) -> tuple[str, ...]:
        names = {file.name for file in self.files}
        return tuple(v for v in VARIANTS if graph_name("decoder", v) in names)

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)


def model_folder(models: Path, model: ModelDescription) -> Path:
    return models / model.id


def read_manifest(models: Path, model: ModelDescription) -> Manifest | None:
    """What is installed of a model, None if nothing is.

    Raises:
        ModelError: the manifest is damaged.
    """
    path = model_folder(models, model) / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(InstalledFile(**file) for file in content.pop("files"))
        return Manifest(**content, files=files)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is damaged. Remove the model and download it again.") from error


def is_prepared(models: Path, model: ModelDescription) -> bool:
    return (model_folder(models, model) / PLAN_NAME).is_file()


def verify(
    models: Path,
    model: ModelDescription,
    progress: Progress | None = None,
    token: CancelToken | None = None,
) -> list[str]:
    """Read every file of an installed model again; names the ones that aren't as installed.

    Raises:
        ModelError: the model isn't installed.
    """
    manifest = read_manifest(models, model)
    if manifest is None:
        raise ModelError(f"{model.title} isn't installed.")
    folder, done, broken = model_folder(models, model), 0, []
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            broken.append(f"{file.name} is missing")
        elif path.stat().st_size != file.size:
            broken.append(f"{file.name} has {path.stat().st_size} bytes instead of {file.size}")
        elif sha256_of(path, token) != file.sha256:
            broken.append(f"{file.name} was changed")
        done += file.size
        if progress is not None:
            progress(done, manifest.bytes)
    return broken


def adopt_folder(
    models: Path,
    model: ModelDescription,
    source: Path,
    token: CancelToken | None = None,
    *,
    newest: bool = False,
) -> Manifest:
    """Install a model from a folder on disk, by hard links where the disk allows it.

    Every variant of each graph that is there comes along; preparation chooses.

    Args:
        models: where models are installed.
        model: which it is.
        source: the folder.
        token: cancels.
        newest: take files too that aren't the ones that are known, such as a later revision's.

    Raises:
        ModelError: the folder lacks files, holds another model, or a file isn't the known one.
    """
    lacking = missing(source, model)
    if lacking:
        raise ModelError(f"{source} doesn't hold {model.title}: it needs {', '.join(lacking)}.")
    check_config(source / "config.json", model)
    graphs = [graph_name(part, v) for part, found in present(source).items() for v in found]
    names = {*graphs, *(name for name in CONFIG_FILES if (source / name).is_file())}
    checksums = {} if newest else _known_only(source, model, graphs, token)
    folder = model_folder(models, model)
    try:
        for name in sorted(names):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)
            try:
                os.link((source / name).resolve(), target)
            except OSError:
                shutil.copyfile(source / name, target)
        return install(models, model, "", sorted(names), token, checksums)
    except OSError as error:
        raise ModelError(
            f"{source} can't be copied to {folder} ({error.strerror or error})."
        ) from error


def _known_only(
    source: Path, model: ModelDescription, names: Iterable[str], token: CancelToken | None
) -> dict[str, str]:
    """Checksums of the files that one is known of; one that differs is refused."""
    checksums = {}
    for name in names:
        known = model.published.get(name)
        if known is None or known.sha256 is None:
            continue
        size = (source / name).stat().st_size
        if size == known.size:
            checksums[name] = sha256_of(source / name, token)
        if model.differs(name, size, checksums.get(name)):
            what = f"has {size} bytes instead of {known.size}" if size != known.size else "differs"
            raise ModelError(
                f"{source / name} isn't {model.title}'s file as it is known: it {what}. It may be "
                "damaged: get it again. If it is of another revision, say so: cardscanner models "
                f"download {model.id} --from {source} --newest"
            )
    return checksums


def install(
    models: Path,
    model: ModelDescription,
    revision: str,
    names: Iterable[str],
    token: CancelToken | None = None,
    checksums: Mapping[str, str] | None = None,
) -> Manifest:
    """Write the manifest for files that are in place; files of other variants stay listed."""
    folder, known = model_folder(models, model), checksums or {}
    old = read_manifest(models, model)
    kept = {f.name: f for f in old.files if (folder / f.name).is_file()} if old else {}
    for name in names:
        path = folder / name
        digest = known.get(name) or sha256_of(path, token)
        kept[name] = InstalledFile(name, path.stat().st_size, digest)
    files = tuple(kept[name] for name in sorted(kept))
    manifest = Manifest(model.id, model.repository, revision, files)
    write_json(folder / MANIFEST, asdict(manifest))
    (folder / PLAN_NAME).unlink(missing_ok=True)  # made for other files
    return manifest


def remove(models: Path, model: ModelDescription) -> int:
    """Delete a model, prepared files and half downloads included; bytes that were freed."""
    freed = 0
    for folder in (model_folder(models, model), models / INCOMING / model.id):
        freed += sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
        # Without a manifest the model isn't installed, whatever is still there after a crash.
        (folder / MANIFEST).unlink(missing_ok=True)
        try:
            if folder.exists():
                shutil.rmtree(folder)
        except OSError as error:
            raise ModelError(f"{folder} can't be removed ({error.strerror or error}).") from error
    return freed


def pinned_revision(models: Path, model: ModelDescription) -> str | None:
    """The commit that the first download of this model used."""
    try:
        found = json.loads((models / PINS).read_text(encoding="utf-8")).get(model.id)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        raise ModelError(
            f"{models / PINS} is damaged. Delete it to pin the models anew."
        ) from error
    return str(found) if found else None


def pin_revision(models: Path, model: ModelDescription, revision: str) -> None:
    """Remember a model's commit, so that every later download gives the same files."""
    path = models / PINS
    pins = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    write_json(path, pins | {model.id: revision})


def check_config(path: Path, model: ModelDescription) -> None:
    """Raise `ModelError` unless a `config.json` describes this very model."""
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        hidden = config["text_config"]["hidden_size"]
        kind = config.get("model_type", model.kind)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} can't be read as a model's configuration. Download the model again."
        ) from error
    if kind != model.kind:
        raise ModelError(
            f"{path} belongs to another model: it is of kind {kind}, {model.title} is of kind "
            f"{model.kind}."
        )
    if hidden != model.hidden:
        raise ModelError(
            f"{path} belongs to another model: its hidden size is {hidden}, that of {model.title} "
            f"is {model.hidden}."
        )


def sha256_of(path: Path, token: CancelToken | None = None) -> str:
    """Checksum of a file; checks the token between blocks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if token is not None:
                token.check()
            digest.update(block)
    return digest.hexdigest()


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write in one step: a crash leaves the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
