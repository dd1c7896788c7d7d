"""What every intake shares."""

import errno
import os
import warnings
from pathlib import Path

import numpy as np
import pytest

from calcsight.intake import (
    agreed,
    first_bytes,
    foreign_errors_as,
    opened,
    pixel_digest,
    refuse_too_large,
    uid_from,
)
from calcsight.terms.errors import (
    ContradictionError,
    ImageTooLargeError,
    NotAnImageError,
    TruncatedError,
    UnreadableFileError,
)

REFUSAL = NotAnImageError("damage", "none")


@pytest.mark.parametrize(
    "foreign",
    [
        ValueError("Doe^Jane"),
        RecursionError(),
        MemoryError(),
        OSError("pydicom's own"),
        OSError(errno.EINVAL, "seek"),
        KeyError(1),
    ],
)
def test_foreign_errors_become_the_refusal_and_leave_no_trace(foreign: Exception) -> None:
    with pytest.raises(NotAnImageError) as raised, foreign_errors_as(REFUSAL):
        raise foreign
    assert raised.value is REFUSAL
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_own_errors_interruptions_and_the_system_pass(tmp_path: Path) -> None:
    for passing in (TruncatedError("cut"), KeyboardInterrupt(), OSError(errno.EIO, "disk")):
        with pytest.raises(type(passing)) as raised, foreign_errors_as(REFUSAL):
            raise passing
        assert raised.value is passing
    said = os.strerror(errno.EIO)
    (tmp_path / "a").touch()
    with (
        pytest.raises(UnreadableFileError, match=said),
        opened(tmp_path / "a"),
        foreign_errors_as(REFUSAL),
    ):
        raise OSError(errno.EIO, said)


def test_what_is_no_plain_file_is_not_even_opened(tmp_path: Path) -> None:
    pipe, loop = tmp_path / "pipe", tmp_path / "loop"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    for path in (pipe, loop, tmp_path, tmp_path / "missing", Path("/dev/zero")):
        with pytest.raises(UnreadableFileError) as raised:
            first_bytes(path, 10)
        assert str(tmp_path) not in str(raised.value)


def test_warnings_of_foreign_code_are_hushed_and_then_back() -> None:
    with foreign_errors_as(REFUSAL):
        warnings.warn("Doe^Jane", stacklevel=1)
    with pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)


def test_the_limit_of_pixels() -> None:
    refuse_too_large(10_000, 10_000)
    with pytest.raises(ImageTooLargeError, match="30000 x 30000"):
        refuse_too_large(30_000, 30_000)


def test_header_and_user_agree_or_contradict() -> None:
    assert agreed("view", "CC", None) == "CC"
    assert agreed("view", None, "CC") == "CC"
    assert agreed("view", "CC", "CC") == "CC"
    assert agreed("view", None, None) is None
    with pytest.raises(ContradictionError, match="view stated as MLO, the header says CC"):
        agreed("view", "CC", "MLO")


def test_the_digest_is_of_values_shape_and_type_not_of_layout() -> None:
    pixels = np.arange(600, dtype="<u2").reshape(20, 30)
    digest = pixel_digest(pixels)
    assert digest == pixel_digest(pixels.astype(">u2"))
    assert digest == pixel_digest(np.asfortranarray(pixels))
    others = [pixels.reshape(30, 20), pixels.astype("<i2"), pixels + np.uint16(1)]
    assert digest not in {pixel_digest(other) for other in others}
    assert uid_from(digest) == f"sha256:{digest[:32]}"
    assert len(digest) == 64


def test_a_path_with_a_nul_character_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="NUL"), opened(Path("a\0b")):
        pass
