"""What is wrong with one input alone becomes a result; all else ends the run."""

from calcsight.reports.manifest import RefusedInput
from calcsight.terms.errors import CalcsightError, ContradictionError, InputRefused

# Code of what is no refusal but a fault of calcsight itself.
INTERNAL = "internal"


def as_refused(image: str, problem: Exception, debug: bool) -> RefusedInput:
    """Turn an error into the line that the manifest and the user get.

    A contradiction between a flag and a header is a result, too, so that one wrong file does
    not stop a run. Of a foreign error only the type is told: its message may repeat what
    stands in a header.

    Parameters
    ----------
    image : str
    problem : Exception
    debug : bool
        Let foreign errors through, with their traceback.

    Raises
    ------
    CalcsightError
        What is wrong with more than this input: a model, a setting.
    """
    if isinstance(problem, InputRefused | ContradictionError):
        return RefusedInput(
            image=image,
            code=problem.code,
            found=problem.found,
            needed=problem.needed,
            to_do=problem.advice,
        )
    if debug or isinstance(problem, CalcsightError):
        raise problem
    return RefusedInput(
        image=image,
        code=INTERNAL,
        found=f"an internal error of calcsight ({type(problem).__name__})",
        needed="",
        to_do="run calcsight --debug read on this file alone, and report what it says",
    )
