"""The exams that writers are tested with are what their names say."""

from tests.dicom.results.exams import EXAM_NAMES, exam_results

from calcsight.terms.guidance import Change
from calcsight.terms.limitation import Limitation


def test_exams_are_what_their_names_say() -> None:
    exams = exam_results()
    assert tuple(exams) == EXAM_NAMES
    plain, group, many = (exams[one].views[0].reading for one in ("plain", "group", "many"))
    assert plain is not None
    assert plain.calcifications == ()
    assert group is not None
    assert [one.count for one in group.groups] == [7]
    assert len(group.calcifications) == 8
    assert many is not None
    assert len(many.calcifications) >= 200
    assert len(many.groups) == 9
    assert sum(one.count for one in many.groups) < len(many.calcifications)
    film = exams["film"].views[0].reading
    assert film is not None
    assert Limitation.UNKNOWN_SPACING in film.limitations
    assert [one.refused_code for one in exams["refused_beside_read"].views] == [None, "blank_image"]
    assert exams["all_refused"].read_views == ()


def test_the_exam_with_a_prior_shows_every_kind_of_change() -> None:
    changes = exam_results()["four_views_with_prior"].changes
    made = {group.change for one in changes for group in one.comparison.groups}
    assert {Change.NEW, Change.INCREASED, Change.STABLE} <= made
    assert [one.comparison.not_comparable is not None for one in changes] == [False] * 3 + [True]


def test_names_keep_their_character_set() -> None:
    exams = exam_results()
    assert "Müller" in str(exams["latin_1"].first.header.PatientName)
    assert "山田" in str(exams["japanese"].first.header.PatientName)
