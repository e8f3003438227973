"""
A GPT-2 reward model as an ONNX graph of ONNX Runtime's fused transformer operators, float32 or with dynamic int8.

The graph is written out: `onnxruntime.transformers.optimizer` finds no attention to fuse in what torch exports of the
GPT-2 of transformers today. It is what that optimiser makes where it does: Attention, SkipLayerNormalization, FastGelu.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.numpy import load_file

FUSED = "com.microsoft"
FUSED_OPERATORS = {"Attention", "SkipLayerNormalization", "FastGelu"}


class _Graph:
    """Nodes in the order in which they are added, and the weights that they may read."""

    def __init__(
        self, config: dict[str, Any], weights: dict[str, NDArray[Any]]
    ) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights = weights
        self._heads = config["n_head"]
        self._epsilon = config["layer_norm_epsilon"]

    def add(
        self,
        operator: str,
        inputs: list[str],
        outputs: list[str] | None = None,
        **attributes: Any,
    ) -> str:
        """The name of the node's first output."""
        names = outputs or [f"{operator}.{len(self.nodes)}"]
        domain = FUSED if operator in FUSED_OPERATORS else ""
        self.nodes.append(
            helper.make_node(operator, inputs, names, domain=domain, **attributes)
        )
        return names[0]

    def constant(self, value: int) -> str:
        name = f"constant.{value}"
        self.weights[name] = np.array(value, np.int64)
        return name

    def embed(self, ids: str) -> str:
        """[B, T] to [B, T, D]"""
        length = self.add(
            "Gather", [self.add("Shape", [ids]), self.constant(1)], axis=0
        )
        positions = self.add("Range", [self.constant(0), length, self.constant(1)])
        tables = [("wte.weight", ids), ("wpe.weight", positions)]
        return self.add(
            "Add", [self.add("Gather", [table, rows], axis=0) for table, rows in tables]
        )

    def norm(self, x: str, norm: str) -> str:
        return self.add(
            "LayerNormalization",
            [x, f"{norm}.weight", f"{norm}.bias"],
            axis=-1,
            epsilon=self._epsilon,
        )

    def add_and_norm(
        self, stream: str, product: str, bias: str, norm: str
    ) -> tuple[str, str]:
        """The stream with the product and its bias added, normalised and as it is."""
        stream_after = f"stream.{len(self.nodes)}"
        outputs = [f"normed.{len(self.nodes)}", "", "", stream_after]
        inputs = [product, stream, f"{norm}.weight", f"{norm}.bias", bias]
        return self.add(
            "SkipLayerNormalization", inputs, outputs, epsilon=self._epsilon
        ), stream_after

    def attention(self, normed: str, linear: str) -> str:
        """Causal; padding, which comes last, is seen by no token that counts."""
        inputs = [normed, f"{linear}.weight", f"{linear}.bias"]
        return self.add("Attention", inputs, num_heads=self._heads, unidirectional=1)

    def product(self, x: str, linear: str) -> str:
        return self.add("MatMul", [x, f"{linear}.weight"])

    def block(
        self, h: str, normed: str, stream: str, next_norm: str
    ) -> tuple[str, str]:
        projected = self.product(
            self.attention(normed, f"{h}.attn.c_attn"), f"{h}.attn.c_proj"
        )
        normed, stream = self.add_and_norm(
            stream, projected, f"{h}.attn.c_proj.bias", f"{h}.ln_2"
        )
        activated = self.add(
            "FastGelu", [self.product(normed, f"{h}.mlp.c_fc"), f"{h}.mlp.c_fc.bias"]
        )
        contracted = self.product(activated, f"{h}.mlp.c_proj")
        return self.add_and_norm(stream, contracted, f"{h}.mlp.c_proj.bias", next_norm)


def write_reward_model(folder: Path, path: Path, precision: str) -> dict[str, Any]:
    """
    Inputs `ids` [B, T], padded on the right, and `last` [B, 1], the place of each last token; output `scores` [B, 1].
    Returns the model's config.
    """
    config: dict[str, Any] = json.loads((folder / "config.json").read_text())
    weights = load_file(folder / "model.safetensors")
    graph = _Graph(
        config,
        {name.removeprefix("transformer."): value for name, value in weights.items()},
    )
    stream = graph.embed("ids")
    normed = graph.norm(stream, "h.0.ln_1")
    for layer in range(config["n_layer"]):
        next_norm = f"h.{layer + 1}.ln_1" if layer + 1 < config["n_layer"] else "ln_f"
        normed, stream = graph.block(f"h.{layer}", normed, stream, next_norm)
    read = graph.add("GatherND", [normed, "last"], batch_dims=1)  # [B, D]
    graph.weights["score.column"] = np.ascontiguousarray(
        graph.weights["score.weight"].T
    )
    graph.add("MatMul", [read, "score.column"], ["scores"])
    onnx.save(_model(graph), path)
    if precision == "int8":
        operators = ["Attention", "MatMul"]
        activations = {"DefaultTensorType": TensorProto.FLOAT}
        quantize_dynamic(
            path,
            path,
            operators,
            weight_type=QuantType.QInt8,
            extra_options=activations,
        )
    return config


def _model(graph: _Graph) -> onnx.ModelProto:
    read = {name for node in graph.nodes for name in node.input}
    weights = [
        numpy_helper.from_array(value, name)
        for name, value in graph.weights.items()
        if name in read
    ]
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["B", "T"]),
        helper.make_tensor_value_info("last", TensorProto.INT64, ["B", 1]),
    ]
    outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["B", 1])]
    operators = [helper.make_opsetid("", 20), helper.make_opsetid(FUSED, 1)]
    whole = helper.make_graph(graph.nodes, "reward_model", inputs, outputs, weights)
    return helper.make_model(whole, opset_imports=operators, ir_version=10)
