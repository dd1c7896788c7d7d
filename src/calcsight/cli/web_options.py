"""Flags of DICOMweb; none of them holds a secret."""

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from calcsight.cli.options import a_path, a_word


class Remote(NamedTuple):
    """What the flags say about a DICOMweb server, as typed."""

    url: str | None = None
    study: str | None = None
    token_file: Path | None = None
    login_file: Path | None = None
    ca_file: Path | None = None
    stow: bool = False


WebUrl = Annotated[
    str | None,
    typer.Option(
        "--dicomweb",
        parser=a_word,
        metavar="URL",
        show_default=False,
        help="Fetch the images of --study from this DICOMweb server, instead of INPUT.",
    ),
]
StudyUid = Annotated[
    str | None,
    typer.Option(
        "--study",
        parser=a_word,
        metavar="UID",
        show_default=False,
        help="Study Instance UID of what is fetched.",
    ),
]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        parser=a_path,
        metavar="FILE",
        show_default=False,
        help="Holds a bearer token (default: CALCSIGHT_DICOMWEB_TOKEN).",
    ),
]
LoginFile = Annotated[
    Path | None,
    typer.Option(
        "--login-file",
        parser=a_path,
        metavar="FILE",
        show_default=False,
        help="Holds name:password (default: CALCSIGHT_DICOMWEB_LOGIN).",
    ),
]
CaFile = Annotated[
    Path | None,
    typer.Option(
        "--ca-file",
        parser=a_path,
        metavar="FILE.pem",
        show_default=False,
        help="Authorities that the server's certificate is checked against.",
    ),
]
Stow = Annotated[
    bool,
    typer.Option("--stow", help="Store what --dicom-out writes in DICOM on that server, too."),
]
