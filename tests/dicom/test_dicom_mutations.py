"""Whatever a file holds, the answer is a mammogram or a typed refusal; nothing else, no hang."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from calcsight.dicom.header import NUMBERS, TEXTS
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.sniffing import looks_like_dicom
from calcsight.pictures.loading import load_picture
from calcsight.terms.errors import CalcsightError
from calcsight.terms.mammogram import Mammogram
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]

KINDS = ("plain", "implicit", "lossless", "jpeg2000", "deflated", "png", "tiff")
relaxed = settings(
    max_examples=60,
    deadline=timedelta(seconds=5),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
changes = st.lists(
    st.tuples(
        st.sampled_from(["set", "flip", "drop", "zero", "repeat"]),
        st.floats(0, 1),
        st.integers(0, 255),
        st.integers(1, 40),
    ),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def originals(make: Make, words: Words, tmp_path: Path) -> dict[str, bytes]:
    """One whole file of each kind."""
    small = np.ascontiguousarray(words[::3, ::3])
    lossless = bytes(imagecodecs.jpeg8_encode(small, lossless=True, bitspersample=12))
    wavelet = bytes(imagecodecs.jpeg2k_encode(small, codecformat="j2k", reversible=True))
    root = "1.2.840.10008.1.2"
    found = {
        "plain": make(pixels=small).read_bytes(),
        "lossless": make(pixels=small, stream=[lossless], syntax=f"{root}.4.70").read_bytes(),
        "jpeg2000": make(pixels=small, stream=[wavelet], syntax=f"{root}.4.90").read_bytes(),
        "png": bytes(imagecodecs.png_encode(small)),
        "tiff": bytes(imagecodecs.tiff_encode(small)),
    }
    for name, uid in (("implicit", root), ("deflated", f"{root}.1.99")):
        dataset = pydicom.dcmread(make(pixels=small))
        plain = pydicom.Dataset(dict(dataset.items()))
        plain.file_meta = dataset.file_meta
        plain.file_meta.TransferSyntaxUID = pydicom.uid.UID(uid)
        plain.save_as(
            tmp_path / name, implicit_vr=uid == root, little_endian=True, enforce_file_format=True
        )
        found[name] = (tmp_path / name).read_bytes()
    return found


def changed(content: bytes, how: list[tuple[str, float, int, int]], reach: float) -> bytes:
    """Change bytes in the first `reach` of a file."""
    result = bytearray(content)
    for kind, place, value, length in how:
        at = int(place * (len(result) - 1) * reach)
        if kind == "set":
            result[at] = value
        elif kind == "flip":
            result[at] ^= 1 << (value % 8)
        elif kind == "drop":
            del result[at : at + length]
        elif kind == "zero":
            result[at : at + length] = bytes(len(result[at : at + length]))
        else:
            result[at:at] = result[at : at + length]
        if not result:
            return b""
    return bytes(result)


def answer(path: Path) -> Mammogram | CalcsightError:
    """Load as `assembly` does."""
    try:
        if looks_like_dicom(path):
            return load_dicom(path, Stated())
        return load_picture(path, Stated())
    except CalcsightError as refusal:
        return refusal


@pytest.mark.parametrize("kind", KINDS)
@relaxed
@given(how=changes, reach=st.sampled_from([0.01, 0.1, 0.5, 1.0]))
def test_changed_bytes(
    originals: dict[str, bytes],
    tmp_path: Path,
    kind: str,
    how: list[tuple[str, float, int, int]],
    reach: float,
) -> None:
    path = tmp_path / "changed"
    path.write_bytes(changed(originals[kind], how, reach))
    found = answer(path)
    if isinstance(found, Mammogram):
        assert np.isfinite(found.pixels).all()
    else:
        assert found.found


@pytest.mark.parametrize("kind", KINDS)
@relaxed
@given(kept=st.floats(0, 1))
def test_cut_files(originals: dict[str, bytes], tmp_path: Path, kind: str, kept: float) -> None:
    path = tmp_path / "cut"
    path.write_bytes(originals[kind][: int(len(originals[kind]) * kept)])
    assert isinstance(answer(path), Mammogram | CalcsightError)


values = st.one_of(
    st.text(st.characters(max_codepoint=127), max_size=20).map(str.encode),
    st.binary(max_size=20),
    st.sampled_from([b"", b"-1", b"1e400", b"NaN", b"0", b"1\\2\\3", b"\\\\", b"\xff\xff"]),
)


@settings(
    parent=relaxed,
    max_examples=120,
)
@given(keyword=st.sampled_from([*TEXTS, *NUMBERS]), value=values)
def test_any_value_in_any_attribute(make: Make, keyword: str, value: bytes) -> None:
    def edit(dataset: pydicom.Dataset) -> None:
        tag = pydicom.tag.Tag(keyword)
        vr = pydicom.datadict.dictionary_VR(tag).split(" ")[0]
        padded = value + b"\0" * (len(value) % 2)
        dataset[tag] = pydicom.dataelem.RawDataElement(tag, vr, len(padded), padded, 0, False, True)

    assert isinstance(answer(make(edit=edit)), Mammogram | CalcsightError)
