"""The Ray Serve application: one front and its readers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cardscanner_gui.cluster.front import Front
from cardscanner_gui.cluster.hot_reader import ReaderSpec
from cardscanner_gui.cluster.options import FRONT, READER, ClusterOptions
from cardscanner_gui.cluster.reader import Reader
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.service.options import ServiceOptions

_READ_AT_ONCE = 3
"""Pictures that a reader has: one is read, one is decoded, one is looked up."""
_FRONT_REQUESTS = 4000
"""At a time; the front's own queue refuses long before, with a word."""
_HEALTH_SECONDS = 2.0
_UNHEALTHY_SECONDS = 30.0
"""A reader that loads a model answers late."""
_DRAIN_SECONDS = 20.0


def application(options: ClusterOptions) -> Any:
    """For `serve.run`; needs Ray."""
    from ray import serve

    scale: dict[str, Any] = {"num_replicas": options.most}
    if options.least < options.most:
        scale = {
            "autoscaling_config": {
                "min_replicas": options.least,
                "initial_replicas": options.least,
                "max_replicas": options.most,
                "target_ongoing_requests": options.waiting_each,
                "upscale_delay_s": 3.0,
                "downscale_delay_s": options.idle_seconds,
                "metrics_interval_s": 1.0,
                "look_back_period_s": 3.0,
            }
        }
    common: dict[str, Any] = {
        "health_check_period_s": _HEALTH_SECONDS,
        "health_check_timeout_s": _UNHEALTHY_SECONDS,
        "graceful_shutdown_timeout_s": _DRAIN_SECONDS,
        "graceful_shutdown_wait_loop_s": 0.5,
    }
    reader = serve.deployment(Reader).options(  # type: ignore[attr-defined]
        name=READER,
        max_ongoing_requests=_READ_AT_ONCE,
        ray_actor_options={"num_cpus": 1},
        **common,
        **scale,
    )
    where = {options.front_resource: 0.001} if options.front_resource else {}
    front = serve.deployment(serve.ingress()(Front)).options(  # type: ignore[attr-defined]
        name=FRONT,
        num_replicas=1,
        max_ongoing_requests=_FRONT_REQUESTS,
        ray_actor_options={"num_cpus": 0, "resources": where},
        **common,
    )
    return front.bind(options, reader.bind(options))


def build(arguments: Mapping[str, Any]) -> Any:
    """For `serve run cardscanner_gui.cluster.application:build` and its YAML files.

    Args:
        arguments: `data_dir`, on every node the same; `readers`, or `least` and `most`; `mode`,
            `queue`, `host_names` and `allow_keep` as `cardscanner cluster serve` has them. The key
            that clients must present comes from a file, `api_key_file`, or the environment.
            `front_resource` names a custom resource of the node whose folder has the collection.

    Raises:
        WorldError: the key can't be read, or there is none.
    """
    from cardscanner_gui.cluster.hot_reader import open_node
    from cardscanner_gui.core.errors import WorldError
    from cardscanner_gui.service.keys import read_key

    given = dict(arguments)
    most = int(given.pop("most", given.get("readers", 1)))
    least = int(given.pop("least", given.pop("readers", most)))
    spec = ReaderSpec(str(given.pop("data_dir")), ReadingMode(given.pop("mode", "fast")))
    key_file = given.pop("api_key_file", None)
    key = read_key(Path(key_file) if key_file else None)
    if key is None:
        raise WorldError("Whoever reaches the cluster could use it: give it an api_key_file.")
    service = ServiceOptions(
        mode=spec.mode,
        workers=most,
        queue=int(given.pop("queue", 64)),
        api_key=key,
        host_names=tuple(str(name).lower() for name in given.pop("host_names", ())),
        keep_without_key=bool(given.pop("allow_keep", False)),
    )
    front_resource = str(given.pop("front_resource", ""))
    if given:
        raise WorldError(f"The cluster knows no {', '.join(sorted(given))}.")
    spec = replace(spec, content=open_node(spec).content)
    return application(ClusterOptions(spec, service, least, most, front_resource=front_resource))
