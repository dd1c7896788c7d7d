"""One network held as ONNX, and the engine that runs it, in each process anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from calcsight.analysis.neighbourhoods import Pictures
from calcsight.models.engines import OPENERS, Run
from calcsight.terms.errors import CalcsightError, ModelUnusableError
from calcsight.terms.judge import Engine


@dataclass(slots=True, eq=False)
class Session:
    """Opens at the first use; crosses into another process without what is open.

    Parameters
    ----------
    content : bytes
        The model, already checked against its digest.
    output : str
        Name of the output that is wanted.
    written_by : str
        Module that writes such models, for messages.
    engine : Engine
    """

    content: bytes
    output: str
    written_by: str
    engine: Engine = Engine.PORTABLE
    _run: Run | None = field(default=None, repr=False)

    def __call__(self, inputs: Mapping[str, Pictures]) -> Pictures:
        """Run the network once.

        Raises
        ------
        UsageError
            When the engine is not installed.
        ModelUnusableError
            When the engine cannot run the network.
        """
        try:
            if self._run is None:
                self._run = OPENERS[self.engine](self.content, self.output)
            return self._run(inputs)
        except CalcsightError:
            raise
        # Each engine has a tree of errors of its own, some of them bare `RuntimeError`s.
        except Exception as problem:  # noqa: BLE001
            said = f"{self.engine} cannot run it ({type(problem).__name__})"
            raise self.unusable(said) from None

    def unusable(self, what: str) -> ModelUnusableError:
        """Make the error of a network that is what its card says, and yet of no use."""
        return ModelUnusableError(
            f"the network of the model: {what}",
            f"a network as `python -m {self.written_by}` writes it",
            "write the model again with this version of calcsight",
        )

    def __getstate__(self) -> tuple[bytes, str, str, Engine]:
        """Leave what is open: it stays in its process."""
        return self.content, self.output, self.written_by, self.engine

    def __setstate__(self, state: tuple[bytes, str, str, Engine]) -> None:
        """Start without anything open."""
        self.content, self.output, self.written_by, self.engine = state
        self._run = None
