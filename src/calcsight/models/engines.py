"""What runs a network, one thread: onnxruntime, or OpenVINO, which is faster."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from calcsight.analysis.neighbourhoods import Pictures
from calcsight.terms.errors import UsageError
from calcsight.terms.judge import Engine

Run = Callable[[Mapping[str, Pictures]], Pictures]


def _open_onnxruntime(content: bytes, output: str) -> Run:
    """Open a session that gives the same answer on every run."""
    import onnxruntime  # noqa: PLC0415 - half a tenth of a second that `info` need not wait

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda inputs: np.asarray(session.run([output], dict(inputs))[0], np.float32)


def _open_openvino(content: bytes, output: str) -> Run:
    """Compile for this processor; where it has 16-bit floats, they are used."""
    try:
        import openvino  # noqa: PLC0415 - optional
    except ImportError:
        raise UsageError(
            "the engine openvino without the openvino package",
            "the package, or the engine onnxruntime",
            'install "calcsight[faster]", or leave the setting engine as it is',
        ) from None
    core = openvino.Core()
    model = core.read_model(content)
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1})
    return lambda inputs: np.array(compiled(dict(inputs))[output], np.float32)


# From the content of a model and the name of its output to what runs it.
OPENERS: Mapping[Engine, Callable[[bytes, str], Run]] = MappingProxyType(
    {Engine.PORTABLE: _open_onnxruntime, Engine.FASTER: _open_openvino}
)
