"""An ONNX file in memory that can be searched and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

from cardscanner_gui.vlm.errors import ModelError

MICROSOFT = "com.microsoft"
EXTERNAL_FROM = 1024


class ModelFile:
    """The graph of one file: who makes and who uses each value, constants as arrays."""

    def __init__(self, path: Path) -> None:
        try:
            self.model = onnx.load(str(path))
        except Exception as error:
            raise ModelError(
                f"{path} can't be read as an ONNX model. Download the model again."
            ) from error
        self.graph = self.model.graph
        self._weights = {weight.name: weight for weight in self.graph.initializer}
        self._fresh = 0
        for place, node in enumerate(self.graph.node):
            node.name = node.name or f"/{node.op_type}_{place}"  # nodes are told apart by name
        self.refresh()

    def refresh(self) -> None:
        """Look up makers and users again after nodes were added or removed."""
        self.makers = {name: node for node in self.graph.node for name in node.output if name}
        self.users: dict[str, list[onnx.NodeProto]] = {}
        for node in self.graph.node:
            for name in node.input:
                self.users.setdefault(name, []).append(node)

    def maker(self, name: str, *kinds: str) -> onnx.NodeProto | None:
        """The node that makes this value, if it is of one of these kinds."""
        node = self.makers.get(name)
        return node if node is not None and (not kinds or node.op_type in kinds) else None

    def array(self, name: str) -> npt.NDArray[Any] | None:
        """A constant's value, None for what is computed."""
        if name in self._weights:
            return numpy_helper.to_array(self._weights[name])
        node = self.maker(name, "Constant")
        if node is None:
            return None
        values = [a.t for a in node.attribute if a.name == "value"]
        return numpy_helper.to_array(values[0]) if values else None

    def is_weight(self, name: str) -> bool:
        return name in self._weights

    def add_weight(self, name: str, value: npt.NDArray[Any]) -> str:
        tensor = numpy_helper.from_array(np.ascontiguousarray(value), name)
        self.graph.initializer.append(tensor)
        self._weights[name] = self.graph.initializer[-1]
        return name

    def fresh(self, hint: str) -> str:
        self._fresh += 1
        return f"{hint}/rewritten_{self._fresh}"

    def replace_input(self, name: str, value: npt.NDArray[Any]) -> None:
        """Make a graph input a constant."""
        _delete(self.graph.input, lambda value: value.name == name)
        self.add_weight(name, value)

    def insert(self, place: onnx.NodeProto, nodes: Iterable[onnx.NodeProto]) -> None:
        """Put nodes before the one that stands there."""
        at = next(i for i, node in enumerate(self.graph.node) if node.name == place.name)
        for offset, node in enumerate(nodes):
            self.graph.node.insert(at + offset, node)
        self.refresh()

    def sort(self) -> None:
        """Put each node behind those that make what it reads, otherwise as they stand."""
        nodes, known = list(self.graph.node), {*self._weights, ""}
        known |= {value.name for value in self.graph.input}
        ordered: list[onnx.NodeProto] = []
        while nodes:
            waiting: list[onnx.NodeProto] = []
            for node in nodes:
                ready = all(name in known or name not in self.makers for name in node.input)
                (ordered if ready else waiting).append(node)
                known.update(node.output if ready else ())
            if len(waiting) == len(nodes):
                raise ValueError("the graph's nodes wait for each other")
            nodes = waiting
        del self.graph.node[:]
        self.graph.node.extend(ordered)
        self.refresh()

    def remove_nodes(self, nodes: Sequence[onnx.NodeProto]) -> None:
        """Take these very nodes out; others may make values of the same names."""
        doomed = {node.name for node in nodes}
        _delete(self.graph.node, lambda node: node.name in doomed)
        self.refresh()

    def need_domain(self) -> None:
        """Say that the graph has nodes of ONNX Runtime's own."""
        if not any(opset.domain == MICROSOFT for opset in self.model.opset_import):
            self.model.opset_import.append(helper.make_opsetid(MICROSOFT, 1))

    def drop_unused(self) -> None:
        """Remove nodes and constants that no output needs."""
        while True:
            needed = {name for node in self.graph.node for name in node.input}
            needed |= {output.name for output in self.graph.output}
            useless = [n for n in self.graph.node if not needed.intersection(n.output)]
            if not useless:
                break
            self.remove_nodes(useless)
        _delete(self.graph.initializer, lambda weight: weight.name not in needed)
        self._weights = {weight.name: weight for weight in self.graph.initializer}

    def save(self, path: Path) -> None:
        """Write the graph, with its constants in one file beside it (`<name>.data`)."""
        data = path.with_name(path.name + ".data")
        data.unlink(missing_ok=True)
        onnx.save(
            self.model,
            str(path),
            save_as_external_data=True,
            location=data.name,
            size_threshold=EXTERNAL_FROM,
        )


def _delete(messages: Any, unwanted: Callable[[Any], bool]) -> None:
    """Delete in place: a rebuilt list would hold copies, and others hold on to its members."""
    for place in reversed(range(len(messages))):
        if unwanted(messages[place]):
            del messages[place]


def attribute(node: onnx.NodeProto, name: str, default: Any = None) -> Any:
    """The value of a node's attribute."""
    for candidate in node.attribute:
        if candidate.name == name:
            return helper.get_attribute_value(candidate)
    return default
