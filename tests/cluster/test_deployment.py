"""The files that a shop deploys: against Kubernetes' schemas, and against what the service says."""

from __future__ import annotations

import inspect
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import kubernetes_validate
import pytest
import yaml

import cardscanner_gui
from benchmarks.service import serving
from cardscanner_gui.cluster.application import build
from cardscanner_gui.cluster.board import Board
from cardscanner_gui.cluster.messages import ReaderReport
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.exposition import exposition

PACKAGING = Path(__file__).parents[2] / "packaging"
FILES = sorted((PACKAGING / "kubernetes").glob("*.yaml"))
KUBERNETES = ("1.29", "1.37")
"""The oldest and the newest that the files are meant for."""

TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
UPSCALING = ["Default", "Aggressive", "Conservative"]
WHOLE = {"type": "integer", "minimum": 0}
GROUP = {"rayStartParams": TEXTS, "template": {"type": "object"}}
RAY_SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "ray.io/v1"},
        "kind": {"const": "RayService"},
        "metadata": {"type": "object", "required": ["name"]},
        "spec": {
            "type": "object",
            "additionalProperties": False,
            "required": ["serveConfigV2", "rayClusterConfig"],
            "properties": {
                "serveConfigV2": {"type": "string"},
                "rayClusterConfig": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": ["headGroupSpec"],
                    "properties": {
                        "rayVersion": {"type": "string"},
                        "enableInTreeAutoscaling": {"type": "boolean"},
                        "authOptions": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {"mode": {"enum": ["disabled", "token"]}},
                        },
                        "autoscalerOptions": {
                            "type": "object",
                            "additionalProperties": False,
                            "properties": {
                                "idleTimeoutSeconds": WHOLE,
                                "upscalingMode": {"enum": UPSCALING},
                            },
                        },
                        "headGroupSpec": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["rayStartParams", "template"],
                            "properties": GROUP,
                        },
                        "workerGroupSpecs": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "additionalProperties": False,
                                "required": [
                                    "groupName", "minReplicas", "maxReplicas", "rayStartParams",
                                    "template",
                                ],
                                "properties": {
                                    **GROUP,
                                    "groupName": {"type": "string"},
                                    "replicas": WHOLE,
                                    "minReplicas": WHOLE,
                                    "maxReplicas": WHOLE,
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}  # fmt: skip
"""Of KubeRay's own kind the fields that we use, written after its API reference (v1.6): no package
brings its schema. The pods in it are checked against Kubernetes' own."""


def documents() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in FILES:
        for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
            yield f"{file.name} {document['kind']}", document


def ray_service() -> dict[str, Any]:
    (found,) = (document for _, document in documents() if document["kind"] == "RayService")
    return found


def groups() -> list[dict[str, Any]]:
    cluster = ray_service()["spec"]["rayClusterConfig"]
    return [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]


@pytest.mark.parametrize("version", KUBERNETES)
def test_each_file_is_as_kubernetes_wants_it(version):
    for name, document in documents():
        if document["kind"] != "RayService":
            kubernetes_validate.validate(document, version, strict=True)
            assert document["metadata"]["name"].startswith("cardscanner"), name
    for group in groups():
        pod = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "pod"}}
        kubernetes_validate.validate(pod | {"template": group["template"]}, version, strict=True)


def test_the_schemas_notice_what_is_wrong():
    broken = json.loads(json.dumps(groups()[0]["template"]))
    broken["spec"]["containers"][0]["volumeMounts"][0]["mountpath"] = "/data"
    pod = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "pod"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(pod | {"template": broken}, KUBERNETES[-1], strict=True)
    service = ray_service()
    service["spec"]["rayClusterConfig"]["workerGroupSpecs"][0]["maxReplicas"] = "8"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(service, RAY_SERVICE)


def test_the_cluster_is_as_kuberay_wants_it():
    service = ray_service()
    jsonschema.validate(service, RAY_SERVICE)
    for group in groups():
        pod = group["template"]["spec"]
        there = {volume["name"] for volume in pod["volumes"]}
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} == there
    claims = {d["metadata"]["name"] for _, d in documents() if d["kind"].endswith("VolumeClaim")}
    used = {
        volume["persistentVolumeClaim"]["claimName"]
        for group in groups()
        for volume in group["template"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert used == claims
    services = {d["metadata"]["name"] for _, d in documents() if d["kind"] == "Service"}
    for group in groups():
        environment = group["template"]["spec"]["containers"][0]["env"]
        (redis,) = (one["value"] for one in environment if one["name"] == "CARDSCANNER_REDIS_URL")
        assert re.fullmatch(r"redis://([\w-]+):6379/0", redis)[1] in services


def test_only_the_front_can_write_the_collection():
    head, *workers = groups()
    claims = [
        volume["persistentVolumeClaim"]["claimName"]
        for worker in workers
        for volume in worker["template"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    ]
    assert claims == ["cardscanner-catalogue"]
    assert head["rayStartParams"]["num-cpus"] == "0", "no reader on the front's node"
    config = yaml.safe_load(ray_service()["spec"]["serveConfigV2"])
    resource = config["applications"][0]["args"]["front_resource"]
    assert resource in head["rayStartParams"]["resources"]
    assert all(resource not in str(worker["rayStartParams"]) for worker in workers)


def test_the_application_knows_what_it_is_given():
    if find_spec("ray") is None:
        pytest.skip("needs the extra `cluster`: no Ray here")
    config = yaml.safe_load(ray_service()["spec"]["serveConfigV2"])
    # In a process of its own: whoever imports Ray here keeps the next test from giving it a token.
    check = "import json, sys; from ray.serve.schema import ServeDeploySchema as S; "
    check += "S.model_validate(json.load(sys.stdin))"
    subprocess.run([sys.executable, "-c", check], input=json.dumps(config).encode(), check=True)
    (application,) = config["applications"]
    module, _, name = application["import_path"].partition(":")
    assert (module, name) == (build.__module__, build.__name__)
    read = set(re.findall(r'given\.pop\("(\w+)"', inspect.getsource(build)))
    assert application["args"].keys() <= read


def asked_of_prometheus() -> set[str]:
    """The names of series in the dashboard."""
    text = (PACKAGING / "grafana" / "cardscanner.json").read_text(encoding="utf-8")
    dashboard = json.loads(text)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    expressions = [
        target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())
    ]
    variables = [variable["query"] for variable in dashboard["templating"]["list"]]
    return set(re.findall(r"cardscanner_\w+", json.dumps([expressions, variables])))


def names_in(text: str) -> set[str]:
    """The names of series as Prometheus stores them."""
    return set(re.findall(r"^(cardscanner_\w+)", text, re.MULTILINE))


def test_the_dashboard_asks_for_what_the_service_exports(data_dir, pictures, monkeypatch):
    """A real service with a Redis that is away, and what a cluster's front adds to it."""
    monkeypatch.setenv("CARDSCANNER_REDIS_URL", "redis://127.0.0.1:1/0")
    photograph = (pictures / "a leafkit.jpg").read_bytes()
    with serving(data_dir, 1) as (url, _), httpx.Client(base_url=url, trust_env=False) as client:
        for name, data in (("a.jpg", photograph), ("a.jpg", photograph), ("b.jpg", b"nothing")):
            client.post("/recognize", files={"image": (name, data)}, timeout=120)
        client.get("/healthz", headers={"Host": "cards.example"})
        exported = names_in(client.get("/metrics").text)
        end = time.monotonic() + 60
        while "cardscanner_cpu_percent" not in exported and time.monotonic() < end:
            time.sleep(0.2)  # the sampler looks now and then
            exported = names_in(client.get("/metrics").text)
    front = Metrics()
    now = 0.0
    board = Board(front, lambda: now)
    board.report(ReaderReport("a", "node", 1, {}))
    board.refused("another catalogue")
    now = 1000.0
    assert board.readers == 0
    exported |= names_in(exposition(board.by_replica()).decode())
    asked = asked_of_prometheus()
    assert len(asked) > 15
    # Counted where a reader ends while it reads: tests of the engine see to that.
    missing = asked - exported - {"cardscanner_reader_retries_total"}
    assert not missing
    code = Path(cardscanner_gui.__file__).parent / "cluster"
    counted = "".join(file.read_text(encoding="utf-8") for file in code.glob("*.py"))
    assert '"reader_retries_total"' in counted
