"""Whole files of every kind, small, that mutations start from; real ones with CALCSIGHT_DATA."""

import io
import os
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import imagecodecs
import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom import Dataset, Sequence
from pydicom.encaps import encapsulate
from pydicom.uid import UID
from tests.conftest import breast_pixels
from tests.dicom.reports_in.reports import MAKERS, written
from tests.dicom.test_dicom_tomosynthesis import one_frame

from calcsight.dicom.mg_writing import Compression, MgHeader, hashed_uid, write_mg
from calcsight.terms.mammogram import ExamKind, Intent, Laterality, View, ViewModifier

ROOT = "1.2.840.10008.1.2"
# Small enough that the whole file is read, header and pixels, in a few milliseconds.
_REAL = ("OutOfBoundsOverlay.dcm", "MG_Explicit_Little.dcm")
# Of a large one the header, and the beginning of its pixels.
_REAL_HEADERS = ("GH133.dcm", "MG1_J2KI.dcm", "MG1_JPLY.dcm")
_KEPT_BYTES = 60_000

Words = NDArray[np.uint16]


@cache
def images() -> dict[str, bytes]:
    """Return mammograms by what is special about them."""
    words = np.clip(breast_pixels()[::2, ::2] * 3, 0, 4095).astype(np.uint16)
    found = {"plain": _file(words), "processing": _file(words, Intent.FOR_PROCESSING)}
    dataset = pydicom.dcmread(io.BytesIO(found["plain"]))
    for name, syntax in (("implicit", ""), ("big endian", ".2"), ("deflated", ".1.99")):
        found[name] = _stored(dataset, f"{ROOT}{syntax}", words)
    for name, syntax, stream in _streams(words):
        found[name] = _packed(dataset, f"{ROOT}{syntax}", stream)
    computed = pydicom.dcmread(io.BytesIO(found["plain"]))
    one_frame(computed)
    found["one frame of slices"] = _bytes(computed)
    return found | _real()


@cache
def reports() -> dict[str, bytes]:
    """Return reports of several makers."""
    with TemporaryDirectory() as folder:
        return {name: written(Path(folder), make()).read_bytes() for name, make in MAKERS.items()}


def _file(words: Words, intent: Intent = Intent.FOR_PRESENTATION) -> bytes:
    header = MgHeader(
        study_uid=hashed_uid("study"),
        series_uid=hashed_uid("series"),
        sop_uid=hashed_uid("image"),
        laterality=Laterality.LEFT,
        view=View.CC,
        modifiers=(ViewModifier.SPOT_COMPRESSION,),
        patient_orientation=("A", "R"),
        imager_spacing_mm=(0.2, 0.2),
        acquired_on=date(2021, 3, 4),
        intent=intent,
        exam_kind=ExamKind.DIAGNOSTIC,
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "image.dcm"
        write_mg(path, words, header, Compression.NONE)
        dataset = pydicom.dcmread(path)
    dataset.PatientName, dataset.PatientID = "SENTINELNAME^Ann", "SENTINELNUMBER"
    source = Dataset()
    source.ReferencedSOPClassUID = dataset.SOPClassUID
    source.ReferencedSOPInstanceUID = hashed_uid("source")
    dataset.SourceImageSequence = Sequence([source])
    dataset.PixelPaddingValue = 0
    dataset["PixelPaddingValue"].VR = "US"
    return _bytes(dataset)


def _bytes(dataset: Dataset) -> bytes:
    buffer = io.BytesIO()
    dataset.save_as(buffer)
    return buffer.getvalue()


def _stored(dataset: Dataset, syntax: str, words: Words) -> bytes:
    uid = UID(syntax)
    plain = Dataset(dict(dataset.items()))
    plain.file_meta = pydicom.dataset.FileMetaDataset(dict(dataset.file_meta.items()))
    plain.file_meta.TransferSyntaxUID = uid
    plain.PixelData = words.astype("<u2" if uid.is_little_endian else ">u2").tobytes()
    buffer = io.BytesIO()
    plain.save_as(
        buffer,
        implicit_vr=uid.is_implicit_VR,
        little_endian=uid.is_little_endian,
        enforce_file_format=True,
    )
    return buffer.getvalue()


def _streams(words: Words) -> list[tuple[str, str, bytes]]:
    lossless = imagecodecs.jpeg8_encode(words, lossless=True, bitspersample=12)
    wavelet = imagecodecs.jpeg2k_encode(words, codecformat="j2k", reversible=True)
    header = (2).to_bytes(4, "little") + (64).to_bytes(4, "little")
    # Runs of one byte each (PackBits): valid, and plain to damage.
    planes = [
        b"".join(bytes([0, value]) for value in plane.tobytes())
        for plane in ((words >> 8).astype(np.uint8), (words & 255).astype(np.uint8))
    ]
    second = (64 + len(planes[0])).to_bytes(4, "little")
    runs = header + second + bytes(64 - 12) + planes[0] + planes[1]
    return [
        ("jpeg lossless", ".4.70", bytes(lossless)),
        ("jpeg-ls", ".4.80", bytes(imagecodecs.jpegls_encode(words))),
        ("jpeg 2000", ".4.90", bytes(wavelet)),
        ("htj2k", ".4.201", bytes(imagecodecs.htj2k_encode(words, reversible=True))),
        ("rle", ".5", runs),
    ]


def _packed(dataset: Dataset, syntax: str, stream: bytes) -> bytes:
    packed = pydicom.dcmread(io.BytesIO(_bytes(dataset)))
    packed.file_meta.TransferSyntaxUID = UID(syntax)
    half = len(stream) // 4 * 2
    packed.PixelData = encapsulate([stream[:half], stream[half:]], fragments_per_frame=2)
    packed["PixelData"].VR = "OB"
    packed["PixelData"].is_undefined_length = True
    return _bytes(packed)


def _real() -> dict[str, bytes]:
    data = os.environ.get("CALCSIGHT_DATA")
    if not data:
        return {}
    folder = Path(data) / "dicom"
    whole = {name: (folder / name).read_bytes() for name in _REAL}
    heads = {name: (folder / name).read_bytes()[:_KEPT_BYTES] for name in _REAL_HEADERS}
    return whole | heads
