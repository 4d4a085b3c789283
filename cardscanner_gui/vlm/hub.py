"""Downloads a model from its hub: asked first, resumed after a cut, checked, installed at the end.

Addresses, headers, proxies, mirrors (`HF_ENDPOINT`) and offline mode (`HF_HUB_OFFLINE`) are
huggingface_hub's; its own file download starts anew after a crash, so the bytes are fetched here.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.installed import (
    INCOMING,
    Manifest,
    check_config,
    install,
    model_folder,
    pin_revision,
    pinned_revision,
    sha256_of,
)
from cardscanner_gui.vlm.measure import suitable_variant
from cardscanner_gui.vlm.models import CONFIG_FILES, ModelDescription
from cardscanner_gui.vlm.variants import choose_files

log = logging.getLogger(__name__)

ATTEMPTS = 5
RETRY_SECONDS = 1.0
SPARE_BYTES = 200 << 20
_PARTIAL = ".part"

Progress = Callable[[int, int], None]
"""Bytes done and bytes in all."""


@dataclass(frozen=True)
class RemoteFile:
    """One file as the hub describes it: large files have a SHA-256, small ones git's checksum."""

    name: str
    size: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True)
class Offer:
    """What a download would fetch, for the user to agree to."""

    model: ModelDescription
    variant: str
    revision: str
    files: tuple[RemoteFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def unknown(self) -> list[str]:
        """Files that differ from what is known of this very revision.

        What is known comes from one public copy, so the hub is believed, and the user told.
        """
        if self.revision != self.model.revision:
            return []
        return [f.name for f in self.files if self.model.differs(f.name, f.size, f.sha256)]


def ask(
    models: Path,
    model: ModelDescription,
    variant: str | None = None,
    endpoint: str | None = None,
    *,
    newest: bool = False,
) -> Offer:
    """Ask the hub what there is.

    The revision of the first download is asked for ever after, and that is the one that the program
    knows. Another is taken only when the user asks for the newest.

    Args:
        models: where models are installed.
        model: which.
        variant: of the decoder; None for what suits this processor, or else what there is.
        endpoint: of the hub, by default huggingface_hub's own.
        newest: whatever the hub has now.

    Raises:
        ModelError: the hub can't be reached, or the repository lacks files.
    """
    api = _hub().HfApi(endpoint=endpoint, library_name="cardscanner")
    wanted = None if newest else pinned_revision(models, model) or model.revision or None
    try:
        info = api.model_info(model.repository, revision=wanted, files_metadata=True)
    except Exception as error:
        raise ModelError(_reach_message(model, error, wanted)) from error
    siblings = {s.rfilename: s for s in info.siblings or ()}
    if not info.sha:
        raise ModelError(f"{model.repository} doesn't have a revision. Choose another mirror.")
    decoder, graphs = choose_files(siblings, model, variant, suitable_variant())
    files = []
    for name in (*graphs, *CONFIG_FILES):
        if name in siblings:
            sibling = siblings[name]
            digest = sibling.lfs.sha256 if sibling.lfs else None
            files.append(RemoteFile(name, int(sibling.size or 0), digest, sibling.blob_id))
    offer = Offer(model, decoder, str(info.sha), tuple(files))
    for name in offer.unknown:
        log.warning("%s of %s isn't the file that is known.", name, model.repository)
    return offer


def download(
    models: Path,
    offer: Offer,
    progress: Progress | None = None,
    token: CancelToken | None = None,
    endpoint: str | None = None,
    retry_seconds: float = RETRY_SECONDS,
) -> Manifest:
    """Fetch, check and install what was offered. Cancelling pauses: a later call goes on.

    Raises:
        ModelError: no room, the connection is lost for good, or a file isn't what was offered.
        CancelledError: the token was cancelled.
    """
    token = token or CancelToken()
    incoming = models / INCOMING / offer.model.id / offer.revision
    try:
        incoming.mkdir(parents=True, exist_ok=True)
        _check_room(incoming, offer)
        pin_revision(models, offer.model, offer.revision)
        folder = model_folder(models, offer.model)
        fetch = _Fetch(offer, incoming, folder, progress, token, endpoint, retry_seconds)
        checksums = {file.name: fetch.file(file) for file in offer.files}
        config = incoming / "config.json"
        check_config(config if config.is_file() else folder / "config.json", offer.model)
        for file in offer.files:
            if (incoming / file.name).is_file():
                target = folder / file.name
                target.parent.mkdir(parents=True, exist_ok=True)
                (incoming / file.name).replace(target)
        names = [file.name for file in offer.files]
        manifest = install(models, offer.model, offer.revision, names, token, checksums)
        shutil.rmtree(models / INCOMING / offer.model.id, ignore_errors=True)
    except OSError as error:
        raise ModelError(
            f"{offer.model.title} can't be written to {models} ({error.strerror or error}). "
            "Make room or choose another folder, then start the download again: it goes on."
        ) from error
    return manifest


@dataclass
class _Fetch:
    """One download in progress: `done` bytes of the offer are on disk."""

    offer: Offer
    incoming: Path
    installed: Path
    progress: Progress | None
    token: CancelToken
    endpoint: str | None
    retry_seconds: float
    done: int = 0

    def file(self, file: RemoteFile) -> str:
        """Have one file whole and checked; its SHA-256."""
        target = self.incoming / file.name
        before = self.done
        there = self.installed / file.name
        if there.is_file() and _fits(file, there, digest := sha256_of(there, self.token)):
            # From another variant, or from an installation that was cut off.
            target.unlink(missing_ok=True)
        elif not target.is_file():
            partial = target.with_name(target.name + _PARTIAL)
            partial.parent.mkdir(parents=True, exist_ok=True)
            self._fetch(file, partial)
            digest = self._check(file, partial)
            partial.replace(target)
        else:
            digest = self._check(file, target)
        self.done = before + file.size
        self._report(0)
        return digest

    def _fetch(self, file: RemoteFile, partial: Path) -> None:
        """Go on until the file is complete; give up after several attempts without a byte."""
        failures = 0
        while (size := partial.stat().st_size if partial.exists() else 0) < file.size:
            self.token.check()
            try:
                self._attempt(file, partial, size)
            except (ModelError, CancelledError):
                raise
            except OSError:
                raise
            except Exception as error:
                if not _is_transient(error):
                    raise ModelError(_reach_message(self.offer.model, error)) from error
                grown = (partial.stat().st_size if partial.exists() else 0) > size
                failures = 0 if grown else failures + 1
                if failures >= ATTEMPTS:
                    raise ModelError(
                        f"The connection was lost while {file.name} came. Start the download "
                        "again: it goes on where it stopped."
                    ) from error
                if self.token.wait(self.retry_seconds * failures):
                    raise CancelledError from error
        if partial.stat().st_size > file.size if partial.exists() else file.size > 0:
            partial.unlink(missing_ok=True)
            raise ModelError(
                f"{file.name} is larger than the hub said. Try again later or from another mirror."
            )
        if not file.size:
            partial.touch()

    def _attempt(self, file: RemoteFile, partial: Path, size: int) -> None:
        hub = _hub()
        url = hub.hf_hub_url(
            self.offer.model.repository,
            file.name,
            revision=self.offer.revision,
            endpoint=self.endpoint,
        )
        headers = hub.utils.build_hf_headers(library_name="cardscanner")
        headers["Accept-Encoding"] = "identity"
        if size:
            headers["Range"] = f"bytes={size}-"
        client = hub.get_session()
        with client.stream("GET", url, headers=headers, follow_redirects=True) as response:
            hub.utils.hf_raise_for_status(response)
            if size and response.status_code != 206:
                size = 0  # the server doesn't resume: from the beginning
            total = size + int(response.headers.get("Content-Length", file.size - size))
            if total != file.size:
                raise ModelError(
                    f"{file.name} has {total} bytes on the server and should have {file.size}. "
                    "Try again later or from another mirror."
                )
            with partial.open("r+b" if size else "wb") as output:
                output.seek(size)
                # As it comes: what waits for a full block would be lost when the line is cut.
                for block in response.iter_raw():
                    self.token.check()
                    output.write(block)
                    size += len(block)
                    self._report(size)
                output.flush()
                os.fsync(output.fileno())

    def _check(self, file: RemoteFile, path: Path) -> str:
        """The file's SHA-256; a file that isn't what the hub described is deleted."""
        digest = sha256_of(path, self.token)
        if not _fits(file, path, digest):
            path.unlink(missing_ok=True)
            raise ModelError(
                f"{file.name} isn't what the hub announced (its checksum differs), so it was "
                "deleted. Try again later or from another mirror."
            )
        return digest

    def _report(self, within: int) -> None:
        if self.progress is not None:
            self.progress(self.done + within, self.offer.bytes)


def _fits(file: RemoteFile, path: Path, digest: str) -> bool:
    if path.stat().st_size != file.size:
        return False
    if file.sha256 is not None:
        return digest == file.sha256
    return file.git_sha1 is None or git_checksum(path) == file.git_sha1


def git_checksum(path: Path) -> str:
    """SHA-1 of a file as git names it; only to compare with what the hub says."""
    content = path.read_bytes()
    header = f"blob {len(content)}\0".encode()
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest()


def _hub() -> Any:
    """huggingface_hub, imported only when the user asked for something from a hub."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import huggingface_hub

    return huggingface_hub


def _check_room(folder: Path, offer: Offer) -> None:
    have = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    # Preparation writes the graphs once more.
    needed = 2 * offer.bytes - have + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ModelError(
            f"{offer.model.title} needs {needed / 1e9:.1f} GB in {folder.parent.parent.parent} "
            f"and {free / 1e9:.1f} GB are free. Make room, then try again."
        )


def _is_transient(error: Exception) -> bool:
    """Worth another attempt: the connection broke, or the server is overloaded."""
    response = getattr(error, "response", None)
    if response is not None:
        return response.status_code in (408, 429) or response.status_code >= 500
    return type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore", "requests")


def _reach_message(model: ModelDescription, error: Exception, revision: str | None = None) -> str:
    name = type(error).__name__
    if name == "RevisionNotFoundError" and revision:
        return (
            f"The hub doesn't have {model.repository} at revision {revision[:12]}, which is the "
            f"one that is known. Choose another mirror, or take what there is now: cardscanner "
            f"models download {model.id} --newest"
        )
    if "Offline" in name:
        return f"{model.title} can't be downloaded: HF_HUB_OFFLINE is set."
    response = getattr(error, "response", None)
    if response is not None and response.status_code in (401, 403, 404):
        return f"The hub doesn't give {model.repository} away (status {response.status_code})."
    return (
        f"The hub can't be reached for {model.repository} ({name}). Check the connection, the "
        "proxy or HF_ENDPOINT, or use a folder on disk."
    )
