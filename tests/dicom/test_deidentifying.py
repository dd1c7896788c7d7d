"""A de-identified mammogram names nobody, reads the same, and still belongs to the others."""

import re
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray
from pydicom import Dataset, Sequence
from pydicom.datadict import dictionary_VR, keyword_for_tag
from pydicom.dataelem import DataElement
from tests.conftest import FixedJudge
from tests.dicom.test_dicom_tomosynthesis import one_frame
from tests.fuzzing.originals import images
from tests.validators import dciodvfy, needs_validators

from calcsight.dicom.deidentifying import Deidentified, deidentified
from calcsight.dicom.deidentifying_kept import OPTIONS
from calcsight.dicom.deidentifying_key import DeidentifyingKey
from calcsight.dicom.files import header_and_pixels
from calcsight.dicom.loading import load_dicom
from calcsight.dicom.mg_writing import hashed_uid
from calcsight.reading import read
from calcsight.terms.errors import IdentifierLeftError, NotAnImageError, TruncatedError
from calcsight.terms.mammogram import ExamKind
from calcsight.terms.settings import Settings
from calcsight.terms.stated import Stated

Words = NDArray[np.uint16]
Make = Callable[..., Path]
Edit = Callable[[Dataset], None]

KEY = DeidentifyingKey(bytes(range(32)))
OTHER_KEY = DeidentifyingKey(bytes(range(1, 33)))
SENTINEL = "SENTINELNAME"
PROFILE = [
    (int(tag, 16), action)
    for tag, action in (
        line.split()
        for line in (Path(__file__).parent / "basic_profile.txt").read_text().splitlines()
        if not line.startswith("#")
    )
]
# What the profile removes and an option of E.3 keeps.
DATES_MODIFIED = re.compile("^(Study|Series|Acquisition|Content)(Date|Time)$")
BY_OPTION = {
    "AcquisitionDateTime": "113107",
    "FrameAcquisitionDateTime": "113107",
    "FrameReferenceDateTime": "113107",
    "PatientAge": "113108",
    "PatientSex": "113108",
}
FILLED = {
    "DA": "19511231",
    "TM": "101112.131415",
    "DT": "19511231101112",
    "AS": "055Y",
    "UI": "1.2.9.7",
}
NUMBER = "511231"
VRS = {"PixelPaddingValue": "US", "PixelPaddingRangeLimit": "US"}


def filled(tag: int) -> DataElement:
    """Return an element that says something telling, in the form of its VR."""
    vr = dictionary_VR(tag).split(" or ")[0]
    if vr == "SQ":
        inner = Dataset()
        inner.PatientComments = inner.CodeMeaning = inner.TextValue = SENTINEL
        inner.PersonName = SENTINEL
        return DataElement(tag, "SQ", Sequence([inner]))
    if vr in ("DS", "IS"):
        return DataElement(tag, vr, NUMBER)
    if vr in ("US", "UL", "SL", "SS", "FL", "FD", "UV", "SV"):
        return DataElement(tag, vr, 1951)
    if vr in ("OB", "OW", "UN", "OF", "OD"):
        return DataElement(tag, vr, SENTINEL.encode())
    return DataElement(tag, vr, FILLED.get(vr, SENTINEL))


def taken_out(path: Path, key: DeidentifyingKey = KEY) -> tuple[Deidentified, Dataset]:
    made = deidentified(path, key)
    return made, pydicom.dcmread(pydicom.filebase.DicomBytesIO(made.data))


def everything(dataset: Dataset) -> list[DataElement]:
    found = []
    for element in dataset:
        found.append(element)
        if element.VR == "SQ":
            found += [inner for item in element.value for inner in everything(item)]
    return found


def named(dataset: Dataset) -> None:
    dataset.PatientName, dataset.PatientID = f"{SENTINEL}^Ann", "511231-1234"
    dataset.IssuerOfPatientID = "HOSPITAL"


def test_the_whole_basic_profile_is_kept(make: Make) -> None:
    """Every attribute of PS3.15 table E.1-1 at once, at the top and in a sequence that is kept."""

    def edit(dataset: Dataset) -> None:
        inner = dataset.ViewCodeSequence[0]
        known = [tag for tag, _ in PROFILE if pydicom.datadict.dictionary_has_tag(tag)]
        # Commands (group 0000) stand in no file, and the meta header (0002) is made anew.
        for tag in (tag for tag in known if tag >> 16 > 2):
            for holder in (dataset, inner):
                if tag not in holder:
                    holder.add(filled(tag))
        named(dataset)

    path = make(edit=edit)
    original = pydicom.dcmread(path)
    made, result = taken_out(path)
    assert SENTINEL.encode() not in made.data
    assert b"511231-1234" not in made.data
    assert_protected(result, original)
    assert_protected(result.ViewCodeSequence[0], original)


def assert_protected(result: Dataset, original: Dataset) -> None:
    """Every attribute of the table is gone, empty or new, but for those that an option keeps."""
    left = [(tag, what) for tag, what in PROFILE if tag in result and not result[tag].is_empty]
    assert left
    for tag, action in left:
        keyword, changed = keyword_for_tag(tag), result[tag].value != original[tag].value
        if DATES_MODIFIED.match(keyword) or keyword in BY_OPTION:
            assert BY_OPTION.get(keyword, "113107") in OPTIONS
            assert "Date" not in keyword or changed
        elif result[tag].VR == "SQ":
            assert action in ("U", "X/Z/U*") or keyword == "RequestAttributesSequence"
        else:
            assert action == "U" or keyword in ("PatientName", "PatientID"), keyword
            assert changed


def test_private_attributes_overlays_curves_and_what_follows_the_pixels_are_gone(
    make: Make,
) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        block = dataset.private_block(0x0009, "ACME 1.0", create=True)
        block.add_new(0x01, "LO", SENTINEL)
        inside = dataset.ViewCodeSequence[0].private_block(0x0011, "ACME 1.0", create=True)
        inside.add_new(0x02, "UN", SENTINEL.encode())
        dataset.add_new(0x60000010, "US", 8)
        dataset.add_new(0x60001500, "LO", SENTINEL)
        dataset.add_new(0x60003000, "OW", SENTINEL.encode())
        dataset.add_new(0x50002500, "LO", SENTINEL)
        dataset.add_new(0x50003000, "OW", SENTINEL.encode())
        dataset.add_new(0xFFFCFFFC, "OB", SENTINEL.encode())
        dataset.add_new(0x00080001, "UL", 7)

    made, result = taken_out(make(edit=edit))
    assert SENTINEL.encode() not in made.data
    groups = {element.tag.group for element in everything(result)}
    assert not {group for group in groups if group % 2 or group >> 8 in (0x50, 0x60, 0xFF)}


def test_a_name_in_an_attribute_that_is_kept_is_removed_and_said(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.ManufacturerModelName = f"Unit of dr {SENTINEL.lower()}"
        dataset.OrganExposed = SENTINEL
        dataset.ViewCodeSequence[0].CodeMeaning = f"CC {SENTINEL}"
        dataset.FilterMaterial = "511231"

    made, _ = taken_out(make(edit=edit))
    assert SENTINEL.encode() not in made.data.upper()
    assert made.named == ("CodeMeaning", "FilterMaterial", "ManufacturerModelName", "OrganExposed")


@pytest.mark.parametrize(
    ("keyword", "vr", "value"),
    [
        ("Rows", "LO", SENTINEL),
        ("KVP", "DS", "28 kV of ANN"),
        ("BodyPartExamined", "CS", "BREAST, OF JANE DOE"),
        ("Manufacturer", "LT", SENTINEL),
        ("StudyDate", "DA", SENTINEL),
        ("StudyTime", "TM", SENTINEL),
        ("LUTData", "LO", SENTINEL),
        ("Manufacturer", "LO", "M" * 65),
        ("AcquisitionDateTime", "DT", "2021"),
    ],
)
def test_a_value_of_another_form_is_removed(make: Make, keyword: str, vr: str, value: str) -> None:
    tag = pydicom.datadict.tag_for_keyword(keyword)
    assert tag is not None

    def edit(dataset: Dataset) -> None:
        raw = value.encode() + b" " * (len(value) % 2)
        dataset[tag] = pydicom.dataelem.RawDataElement(
            pydicom.tag.Tag(tag), vr, len(raw), raw, 0, False, True
        )

    made, result = taken_out(make(edit=edit))
    assert value.encode() not in made.data
    assert result.get(keyword, "") in ("", None)


def test_codes_of_local_schemes_go_and_the_coded_reason_stays(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        request = dataset.RequestAttributesSequence[0]
        request.RequestedProcedureDescription = SENTINEL
        local = Dataset()
        local.CodeValue, local.CodingSchemeDesignator = "4711", "99HOSPITAL"
        local.CodeMeaning = "Lump, as Mrs Doe says"
        request.ReasonForRequestedProcedureCodeSequence.append(local)

    path = make(edit=edit, exam_kind=ExamKind.DIAGNOSTIC)
    made, result = taken_out(path)
    assert b"4711" not in made.data
    [request] = result.RequestAttributesSequence
    assert [element.keyword for element in request] == ["ReasonForRequestedProcedureCodeSequence"]
    assert len(request.ReasonForRequestedProcedureCodeSequence) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
        {"PixelPaddingValue": 90, "PixelPaddingRangeLimit": 95},
        {"EstimatedRadiographicMagnificationFactor": "1.8"},
        {"PatientOrientation": ["P", "L"], "ImageLaterality": "R"},
        {"ImageType": ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "GENERATED_2D"]},
        {"SeriesDescription": f"C-View of {SENTINEL}"},
        {"NumberOfTomosynthesisSourceImages": 15},
        {"BreastImplantPresent": "YES", "PartialView": "YES", "RescaleSlope": "1.5"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("syntax", ["", ".1", ".1.99", ".2"])
def test_it_reads_as_the_original_but_for_dates_and_uids(
    make: Make, tmp_path: Path, changes: dict[str, Any], syntax: str, words: Words
) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        for keyword, value in changes.items():
            dataset.add_new(keyword, VRS.get(keyword, dictionary_VR(keyword)), value)

    path = stored_as(
        make(edit=edit), f"1.2.840.10008.1.2{syntax}", tmp_path / "original.dcm", words
    )
    made = deidentified(path, KEY)
    result = tmp_path / "result.dcm"
    result.write_bytes(made.data)
    before, after = load_dicom(path, Stated()), load_dicom(result, Stated())
    np.testing.assert_array_equal(before.pixels, after.pixels)
    for one in ("spacing laterality view modifiers intent exam_kind orientation pixel_digest "
                "magnification_factor limitations").split():  # fmt: skip
        assert getattr(before, one) == getattr(after, one), one
    assert after.uid == made.sop_uid != before.uid
    assert after.exam_uid == made.study_uid != before.exam_uid
    assert before.acquired_on is not None
    assert after.acquired_on is not None
    assert 366 <= (before.acquired_on - after.acquired_on).days <= 3652
    assert header_and_pixels(path).pixels == header_and_pixels(result).pixels


def test_a_computed_view_in_the_class_of_slices_keeps_what_it_is_read_by(
    make: Make, tmp_path: Path
) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        one_frame(dataset)

    path = make(edit=edit)
    (tmp_path / "result").write_bytes(deidentified(path, KEY).data)
    before, after = load_dicom(path, Stated()), load_dicom(tmp_path / "result", Stated())
    assert before.spacing == after.spacing is not None
    assert before.limitations == after.limitations
    assert before.laterality is after.laterality


def stored_as(path: Path, syntax: str, target: Path, words: Words) -> Path:
    dataset = pydicom.dcmread(path)
    uid = pydicom.uid.UID(syntax)
    plain = Dataset(dict(dataset.items()))
    plain.file_meta = dataset.file_meta
    plain.file_meta.TransferSyntaxUID = uid
    if not uid.is_little_endian:
        plain.PixelData = words.astype(">u2").tobytes()
    plain.save_as(
        target,
        implicit_vr=uid.is_implicit_VR,
        little_endian=uid.is_little_endian,
        enforce_file_format=True,
    )
    return target


@pytest.mark.parametrize("name", ["RLELossless", "JPEGLosslessSV1"])
def test_compressed_pixels_stay_byte_for_byte(make: Make, tmp_path: Path, name: str) -> None:
    path = make(edit=named)
    dataset = pydicom.dcmread(path)
    if name == "RLELossless":
        dataset.compress(pydicom.uid.RLELossless, generate_instance_uid=False)
    else:
        stream = bytes(
            imagecodecs.jpeg8_encode(dataset.pixel_array, lossless=True, bitspersample=12)
        )
        dataset.PixelData = pydicom.encaps.encapsulate([stream, b""][:1])
        dataset["PixelData"].is_undefined_length = True
        dataset["PixelData"].VR = "OB"
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.JPEGLosslessSV1
    dataset.save_as(tmp_path / "packed.dcm")
    made = deidentified(tmp_path / "packed.dcm", KEY)
    original = (tmp_path / "packed.dcm").read_bytes()
    start = original.index(b"\xe0\x7f\x10\x00OB")
    assert made.data.endswith(original[start:])


def reading_of_patient(make: Make, number: str, day: date, uid: str) -> Path:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.PatientID = number
        source = Dataset()
        source.ReferencedSOPClassUID = dataset.SOPClassUID
        source.ReferencedSOPInstanceUID = hashed_uid("source image")
        dataset.SourceImageSequence = Sequence([source])

    return make(edit=edit, acquired_on=day, sop_uid=hashed_uid(uid))


def test_patients_studies_and_references_stay_together_under_one_key(make: Make) -> None:
    first = taken_out(reading_of_patient(make, "77001", date(2021, 3, 4), "one"))[1]
    source = taken_out(reading_of_patient(make, "77001", date(2023, 3, 4), "source image"))[1]
    other = taken_out(reading_of_patient(make, "77002", date(2021, 3, 4), "two"))[1]
    assert first.PatientID == source.PatientID != other.PatientID
    assert first.StudyInstanceUID == source.StudyInstanceUID
    assert first.SourceImageSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID
    assert first.SourceImageSequence[0].ReferencedSOPClassUID == first.SOPClassUID
    interval = date.fromisoformat(source.StudyDate) - date.fromisoformat(first.StudyDate)
    assert interval == date(2023, 3, 4) - date(2021, 3, 4)
    assert first.StudyDate != other.StudyDate


def test_another_key_gives_other_pseudonyms_uids_and_days(make: Make) -> None:
    path = reading_of_patient(make, "77001", date(2021, 3, 4), "one")
    (again, same), (made, other) = taken_out(path), taken_out(path, OTHER_KEY)
    assert again.data == taken_out(path)[0].data
    assert made.pseudonym != again.pseudonym
    assert other.StudyDate != same.StudyDate
    assert other.SOPInstanceUID != same.SOPInstanceUID


def test_without_a_number_the_study_stands_for_the_patient(make: Make) -> None:
    def unnumbered(dataset: Dataset) -> None:
        dataset.PatientID = ""

    one = deidentified(make(edit=unnumbered), KEY)
    same = deidentified(make(edit=unnumbered, sop_uid=hashed_uid("two")), KEY)
    other = deidentified(make(edit=unnumbered, study_uid=hashed_uid("another")), KEY)
    assert one.pseudonym == same.pseudonym != other.pseudonym
    assert not one.numbered


def test_numbers_of_two_issuers_are_two_patients() -> None:
    assert KEY.patient("1", "A") != KEY.patient("1", "B")
    assert KEY.patient("1", "a") == KEY.patient("1", "A")
    shifts = {KEY.patient(str(number), "").days_earlier for number in range(500)}
    assert len(shifts) > 400
    assert min(shifts) >= 366
    assert max(shifts) <= 3652


@pytest.mark.parametrize(
    ("age", "born", "kept"),
    [
        ("061Y", "", "061Y"),
        ("089Y", "", "089Y"),
        ("090Y", "", "090Y"),
        ("101Y", "", "090Y"),
        ("999M", "", "999M"),
        ("", "19600305", "060Y"),
        ("", "19600304", "061Y"),
        ("", "19200101", "090Y"),
        ("", "", None),
        (SENTINEL, "20990101", None),
    ],
)
def test_ages_are_kept_up_to_90(make: Make, age: str, born: str, kept: str | None) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.PatientAge, dataset.PatientBirthDate = age, born

    _, result = taken_out(make(edit=edit))
    assert result.get("PatientAge") == kept
    assert result.PatientBirthDate == ""


def test_dates_that_cannot_be_moved_are_removed_and_offsets_go(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.StudyDate, dataset.SeriesDate, dataset.ContentDate = "00010101", "20210230", ""
        dataset.AcquisitionDateTime = "20210304112233.5+0100"
        dataset.TimezoneOffsetFromUTC = "+0100"

    made, result = taken_out(make(edit=edit))
    assert result.StudyDate == ""
    assert "SeriesDate" not in result
    assert re.fullmatch(r"20\d{6}112233\.5", result.AcquisitionDateTime)
    assert b"+0100" not in made.data


def test_what_the_file_says_of_its_own_de_identification(make: Make) -> None:
    _, result = taken_out(make(edit=named))
    assert result.PatientIdentityRemoved == "YES"
    assert [item.CodeValue for item in result.DeidentificationMethodCodeSequence] == [*OPTIONS]
    assert result.LongitudinalTemporalInformationModified == "MODIFIED"
    assert all(len(words) <= 64 for words in result.DeidentificationMethod)


def test_a_name_in_the_bytes_of_the_pixels_is_refused(make: Make, words: Words) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.BitsStored, dataset.HighBit = 16, 15
        text = f"made for {SENTINEL.title()} ".encode()
        dataset.PixelData = text + words.tobytes()[len(text) :]

    with pytest.raises(IdentifierLeftError) as raised:
        deidentified(make(edit=edit), KEY)
    assert SENTINEL not in str(raised.value).upper()


def test_what_follows_plain_pixels_becomes_zeros(make: Make, words: Words) -> None:
    def edit(dataset: Dataset) -> None:
        dataset.PixelData = words.tobytes() + b"seen by A. Roe "

    made, result = taken_out(make(edit=edit))
    assert b"Roe" not in made.data
    assert result.PixelData.startswith(words.tobytes())
    assert set(result.PixelData[words.nbytes :]) == {0}


def run_lengths(words: Words) -> bytes:
    """Return runs of one byte each (PackBits), the higher bytes first."""
    planes = [np.zeros((words.size, 2), np.uint8) for _ in range(2)]
    planes[0][:, 1], planes[1][:, 1] = words.ravel() >> 8, words.ravel() & 255
    second = 64 + planes[0].size
    heading = np.array([2, 64, second] + [0] * 13, "<u4")
    return bytes(heading.tobytes() + planes[0].tobytes() + planes[1].tobytes())


def segment(marker: int, payload: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2, "big") + payload


WORDS = b"seen by A. Roe"


@pytest.mark.parametrize("syntax", [".4.70", ".4.80", ".4.90", ".4.201"])
@pytest.mark.parametrize("pieces", [1, 5])
def test_words_in_a_compressed_stream_become_zeros(
    make: Make, tmp_path: Path, words: Words, syntax: str, pieces: int
) -> None:
    """Comments, segments of applications, what follows the end, a long offset table."""
    stream = {
        ".4.70": lambda: imagecodecs.jpeg8_encode(words, lossless=True, bitspersample=12),
        ".4.80": lambda: imagecodecs.jpegls_encode(words),
        ".4.90": lambda: imagecodecs.jpeg2k_encode(words, codecformat="j2k", reversible=True),
        ".4.201": lambda: imagecodecs.htj2k_encode(words, reversible=True),
    }[syntax]()
    if syntax in (".4.70", ".4.80"):
        said = segment(0xE1, b"Exif\0\0" + WORDS) + segment(0xFE, WORDS)
        said += segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0" + WORDS)
        at = 2
    else:
        said, at = segment(0x64, b"\0\1" + WORDS), bytes(stream).index(b"\xff\x52")
    told = bytes(stream[:at]) + said + bytes(stream[at:]) + WORDS * 3 + b"\xff\xd9"
    told += b"\0" * (len(told) % 2)
    step = -(-len(told) // pieces) // 2 * 2 + 2
    fragments = [told[first : first + step] for first in range(0, len(told), step)]
    path = make(edit=named, stream=fragments, syntax=f"1.2.840.10008.1.2{syntax}")
    data = path.read_bytes()
    at = data.rindex(b"\xe0\x7f\x10\0OB") + 12
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    table = len(WORDS).to_bytes(4, "little") + WORDS
    path.write_bytes(data[: at + 4] + table + data[at + 8 + size :])
    (tmp_path / "result").write_bytes(deidentified(path, KEY).data)
    assert path.read_bytes().count(b"A. Roe") > 3
    assert b"A. Roe" not in (tmp_path / "result").read_bytes()
    before, after = load_dicom(path, Stated()), load_dicom(tmp_path / "result", Stated())
    np.testing.assert_array_equal(before.pixels, after.pixels)
    again = deidentified(tmp_path / "result", KEY).data
    assert header_and_pixels(tmp_path / "result").pixels in again


def test_a_picture_file_in_place_of_a_stream_is_refused(make: Make, words: Words) -> None:
    stream = imagecodecs.jpeg2k_encode(words, codecformat="jp2", reversible=True)
    path = make(edit=named, stream=[bytes(stream)], syntax="1.2.840.10008.1.2.4.90")
    with pytest.raises(IdentifierLeftError, match="picture file"):
        deidentified(path, KEY)


@pytest.mark.parametrize("syntax", [".5", ".4.70", ".4.80", ".4.90"])
@pytest.mark.parametrize("drawn", [0, 0x8000])
def test_compressed_pixels_draw_nothing_in_bits_that_no_pixel_uses(
    make: Make, words: Words, syntax: str, drawn: int
) -> None:
    marked = words.copy()
    marked[40:50, 40:50] |= np.uint16(drawn)
    encoders: dict[str, Callable[[], Any]] = {
        ".5": lambda: run_lengths(marked),
        ".4.70": lambda: imagecodecs.jpeg8_encode(marked, lossless=True, bitspersample=16),
        ".4.80": lambda: imagecodecs.jpegls_encode(marked),
        ".4.90": lambda: imagecodecs.jpeg2k_encode(marked, codecformat="j2k", reversible=True),
    }
    path = make(edit=named, stream=[bytes(encoders[syntax]())], syntax=f"1.2.840.10008.1.2{syntax}")
    if drawn:
        with pytest.raises(IdentifierLeftError, match="overlay"):
            deidentified(path, KEY)
    else:
        deidentified(path, KEY)


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("ManufacturerModelName", "Unit 5112311234"),
        ("SoftwareVersions", "V7 19511231"),
        ("DetectorConfiguration", "ROEANNA"),
        ("SeriesNumber", "511231"),
        ("AcquisitionNumber", "20210304"),
        ("SoftwareVersions", "of 2021-03-04"),
        ("SoftwareVersions", "of 31.12.1951"),
        ("KVP", "511231"),
    ],
)
def test_numbers_days_and_names_in_one_piece_are_removed(
    make: Make, keyword: str, value: str
) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.PatientName = "ROE^ANNA"
        dataset.PatientBirthDate = "19511231"
        setattr(dataset, keyword, value)

    made, result = taken_out(make(edit=edit))
    assert not result.get(keyword)
    assert keyword in made.named


def test_a_code_stays_whole_where_its_meaning_names_somebody(make: Make) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.ViewCodeSequence[0].CodeMeaning = f"view of {SENTINEL.title()}"
        dataset.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence([Dataset()])
        dataset.ViewCodeSequence[0].ViewModifierCodeSequence[0].CodingSchemeDesignator = "SCT"
        table = Dataset()
        table.LUTDescriptor, table.LUTData = [6, 0, 16], SENTINEL.encode()
        table["LUTDescriptor"].VR, table["LUTData"].VR = "US", "OW"
        dataset.VOILUTSequence = Sequence([table])

    made, result = taken_out(make(edit=edit))
    assert SENTINEL.encode() not in made.data.upper()
    assert result.ViewCodeSequence[0].CodeMeaning == "removed"
    assert result.ViewCodeSequence[0].CodeValue
    assert not result.ViewCodeSequence[0].ViewModifierCodeSequence
    assert "LUTData" in made.named


def test_a_day_that_patients_share_is_not_kept(make: Make) -> None:
    """Moved by as many days as there are patients, it would tell how far apart they were moved."""

    def edit(dataset: Dataset) -> None:
        for name in ("LastCalibration", "LastDetectorCalibration", "SecondaryCapture"):
            setattr(dataset, f"DateOf{name}", "20210301")
            setattr(dataset, f"TimeOf{name}", "071503")
        dataset.InstanceCreationDate, dataset.InstanceCreationTime = "20260301", "071503"

    made, _ = taken_out(make(edit=edit))
    assert b"071503" not in made.data


@pytest.mark.parametrize("missing", ["SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"])
def test_a_file_without_its_uids_is_refused(make: Make, missing: str) -> None:
    with pytest.raises(NotAnImageError, match=missing):
        deidentified(make(edit=lambda dataset: setattr(dataset, missing, "")), KEY)


def test_a_cut_file_is_refused(make: Make, tmp_path: Path) -> None:
    data = make().read_bytes()
    (tmp_path / "cut.dcm").write_bytes(data[:-100])
    with pytest.raises(TruncatedError):
        deidentified(tmp_path / "cut.dcm", KEY)


@pytest.mark.parametrize(
    ("bits", "signed", "drawn", "hidden"),
    [
        (12, False, 0x8000, True),
        (12, False, 0x1000, True),
        (12, False, 0x0800, False),
        (12, True, 0xF800, False),
        (12, True, 0x4800, True),
        (12, True, 0x1000, True),
        (16, False, 0x8000, False),
    ],
)
def test_bits_that_no_pixel_uses_may_not_draw_anything(
    make: Make, words: Words, bits: int, signed: bool, drawn: int, hidden: bool
) -> None:
    marked = (words & 0x7FF).astype(np.uint16)
    marked[40:50, 40:50] |= np.uint16(drawn)

    def edit(dataset: Dataset) -> None:
        dataset.BitsStored, dataset.HighBit = bits, bits - 1
        dataset.PixelRepresentation = int(signed)
        dataset.PixelData = marked.tobytes()

    for syntax in ("", ".1", ".2"):
        path = make(edit=edit)
        path = stored_as(path, f"1.2.840.10008.1.2{syntax}", path.with_suffix(".other"), marked)
        if hidden:
            with pytest.raises(IdentifierLeftError):
                deidentified(path, KEY)
        else:
            deidentified(path, KEY)


def test_the_reading_is_the_same(tmp_path: Path) -> None:
    """Every measure of every particle, and where it lies, to the last digit."""
    for name in ("plain", "processing", "jpeg lossless"):
        original, result = tmp_path / f"{name}.dcm", tmp_path / f"{name}.result.dcm"
        original.write_bytes(images()[name])
        result.write_bytes(deidentified(original, KEY).data)
        before, after = (
            read(load_dicom(path, Stated()), FixedJudge(), Settings())
            for path in (original, result)
        )
        assert len(before.calcifications) == len(after.calcifications) > 0
        for one, other in zip(before.calcifications, after.calcifications, strict=True):
            np.testing.assert_equal(asdict(one), asdict(other))
        assert before.limitations == after.limitations
        assert before.provenance.pixel_digest == after.provenance.pixel_digest
        assert before.provenance.input_uid != after.provenance.input_uid


@needs_validators
def test_what_must_stand_there_is_empty_where_a_name_was_removed(
    make: Make, tmp_path: Path
) -> None:
    def edit(dataset: Dataset) -> None:
        named(dataset)
        dataset.PatientName = f"{dataset.Manufacturer}^Ann"
        dataset.SeriesNumber = dataset.InstanceNumber = "511231"

    path = make(edit=edit)
    made, result = taken_out(path)
    assert result.Manufacturer == ""
    assert "Manufacturer" in made.named
    (tmp_path / "result.dcm").write_bytes(made.data)
    left = set(dciodvfy([tmp_path / "result.dcm"])) - set(dciodvfy([path]))
    assert not [line for line in left if "Error" in line]


@needs_validators
def test_it_is_as_valid_as_the_original(make: Make, tmp_path: Path) -> None:
    path = make(edit=named, exam_kind=ExamKind.SCREENING)
    (tmp_path / "result.dcm").write_bytes(deidentified(path, KEY).data)
    assert not set(dciodvfy([tmp_path / "result.dcm"])) - set(dciodvfy([path]))
