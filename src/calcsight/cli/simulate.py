"""`calcsight simulate`: phantoms with known truth."""

from typing import Annotated

import typer

from calcsight.cli.console import progress, tell, tell_line
from calcsight.cli.options import AsJson, OutputFolder, Overwrite, Session
from calcsight.terms.reading import INTENDED_USE

_VIEWS = 4


def simulate(
    context: typer.Context,
    *,
    out: OutputFolder,
    phantom_format: Annotated[
        str, typer.Option("--format", metavar="dicom|png", help="How the views are stored.")
    ] = "dicom",
    seed: Annotated[
        int, typer.Option(min=0, max=2**31 - 1, help="The same seed gives the same files.")
    ] = 1,
    dates: Annotated[
        int,
        typer.Option(
            min=1,
            max=8,
            help="Exams of one woman, a year apart, each in a folder of its date; what changed is "
            "in series.json.",
        ),
    ] = 1,
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> int:
    """Simulate exams: two views of each breast with calcifications of known truth."""
    from calcsight.batch.simulating import PhantomFormat  # noqa: PLC0415 - help must not wait
    from calcsight.batch.simulating import simulate as simulate_exam  # noqa: PLC0415
    from calcsight.batch.simulating_series import simulate_dates  # noqa: PLC0415
    from calcsight.terms.errors import UsageError  # noqa: PLC0415

    session: Session = context.obj
    if phantom_format not in list(PhantomFormat):
        raise UsageError(f"the format {phantom_format!r}", f"one of: {', '.join(PhantomFormat)}")
    with progress(_VIEWS, "simulating", session.request) as advance:
        form = PhantomFormat(phantom_format)
        if dates == 1:
            files = simulate_exam(out, form, seed, overwrite, lambda _: advance())
        else:
            files = simulate_dates(out, form, seed, dates, overwrite, lambda _: advance())
    if as_json:
        from calcsight.reports.json_text import json_text  # noqa: PLC0415

        document = {"document": "calcsight.simulate", "folder": str(out), "files": files}
        tell(json_text({**document, "intended_use": INTENDED_USE}).rstrip())
        return 0
    for name in files:
        tell_line(str(out / name))
    tell(INTENDED_USE)
    return 0
