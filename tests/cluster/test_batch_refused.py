"""A reader that may not join a real Ray, and a store of its own that is full."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from cardscanner_gui.cluster.batch_reader import BatchReader
from cardscanner_gui.cluster.batch_source import BatchSource
from cardscanner_gui.cluster.content import Content
from cardscanner_gui.cluster.ray_start import ClusterError
from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.store.batches import BatchStore
from tests.cluster.ledger import answers, begun, files
from tests.cluster.test_batch import STORE_BYTES, database, driver, ray_here, spec_of

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_spec("ray") is None, reason="needs the extra `cluster`: no Ray here"),
]

__all__ = ["database", "files", "ray_here"]


def test_a_node_with_another_catalogue_refuses(ray_here, database, files, tmp_path):
    folder = files("one", "two")
    batch = begun(database, BatchSource((folder,)))
    spec = spec_of(tmp_path, content=Content(version="another", catalogue="another"))
    with pytest.raises(ClusterError, match=r"can't join it: .*catalogue \(none, not another\)"):
        driver(database, spec, reader=BatchReader).run(batch.id)
    after = BatchStore(database).get(batch.id)
    assert (after.state, after.waiting) == (BatchState.QUEUED, 2)
    assert BatchStore(database).claim(batch.id)
    driver(database, spec_of(tmp_path)).run(batch.id)
    assert len(answers(database, batch)) == 2


def test_a_full_store_of_rays_own_loses_nothing(ray_here, database, files, tmp_path):
    import numpy as np
    import ray

    full = [ray.put(np.zeros(STORE_BYTES // 8, np.uint8)) for _ in range(9)]
    folder = files(*[f"picture {number}" for number in range(8)])
    batch = begun(database, BatchSource((folder,)))
    driver(database, spec_of(tmp_path)).run(batch.id)
    assert len(answers(database, batch)) == 8
    assert len(full) == 9, "held until now"
