"""Running the learned stage, one thread: with onnxruntime, or faster with OpenVINO."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from calcsight.analysis.neighbourhoods import Pictures
from calcsight.terms.errors import CalcsightError, ModelUnusableError, UsageError
from calcsight.terms.judge import Engine

Run = Callable[[Mapping[str, Pictures]], Pictures]

# Candidates scored at once: more fill no cache better, and memory stays bounded.
_AT_ONCE = 256


@dataclass(slots=True, eq=False)
class OnnxNetwork:
    """A network held as ONNX; its session opens at the first use, in each process anew.

    Parameters
    ----------
    content : bytes
        The model, already checked against its digest.
    engine : Engine
    """

    content: bytes
    engine: Engine
    _run: Run | None = field(default=None, repr=False)

    def __call__(self, fine: Pictures, context: Pictures, features: Pictures) -> Pictures:
        """Score candidates; see `calcsight.analysis.cascade.Network`.

        Raises
        ------
        UsageError
            When the engine is not installed.
        ModelUnusableError
            When the engine cannot run the network, or it gives what is no probability.
        """
        if len(fine) == 0:
            return np.zeros(0, np.float32)
        scores = []
        for start in range(0, len(fine), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            inputs = {"fine": fine[some], "context": context[some], "features": features[some]}
            scores.append(self._probabilities(inputs))
        return np.concatenate(scores)

    def _probabilities(self, inputs: Mapping[str, Pictures]) -> Pictures:
        """Run once, and refuse any answer that is not one probability for each candidate."""
        try:
            if self._run is None:
                self._run = OPENERS[self.engine](self.content, "score")
            found = self._run(inputs)
        except CalcsightError:
            raise
        # Each engine has a tree of errors of its own, some of them bare `RuntimeError`s.
        except Exception as problem:  # noqa: BLE001
            raise _unusable(f"{self.engine} cannot run it ({type(problem).__name__})") from None
        if found.shape != (len(inputs["fine"]),) or not np.all((found >= 0.0) & (found <= 1.0)):
            raise _unusable("its answers are not one probability for each candidate")
        return found

    def __getstate__(self) -> tuple[bytes, Engine]:
        """Leave the session: it stays in its process."""
        return self.content, self.engine

    def __setstate__(self, state: tuple[bytes, Engine]) -> None:
        """Start without a session."""
        self.content, self.engine = state
        self._run = None


def _unusable(what: str) -> ModelUnusableError:
    """Make the error of a network that is what its card says, and yet of no use."""
    return ModelUnusableError(
        f"the network of the model: {what}",
        "a network as `python -m training.fit_learned` writes it",
        "write the model again with this version of calcsight",
    )


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
OPENERS: Mapping[Engine, Callable[[bytes, str], Run]] = {
    Engine.PORTABLE: _open_onnxruntime,
    Engine.FASTER: _open_openvino,
}
