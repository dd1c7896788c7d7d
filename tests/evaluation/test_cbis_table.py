"""Lesions of CBIS-DDSM's tables, against a small table counted by hand."""

import math
import os
from collections import Counter
from pathlib import Path

import pytest

from calcsight.evaluation.cbis_shares import LesionSet, Settling, lesion_shares
from calcsight.evaluation.cbis_table import LesionTable, Outcome, read_lesions
from calcsight.evaluation.cbis_words import (
    DISTRIBUTIONS,
    SHAPE_RANKS,
    SHAPES,
    Unsettled,
    as_stated,
    most_suspicious,
    words_in,
)
from calcsight.evaluation.data_sets.cbis_ddsm import TABLES
from calcsight.terms.distribution import Distribution
from calcsight.terms.errors import UsageError
from calcsight.terms.morphology import Morphology

DATA = os.environ.get("CALCSIGHT_DATA", "")
HEAD = (
    "patient_id,left or right breast,image view,abnormality id,calc type,calc distribution,"
    "assessment,pathology,image file path"
)
# Nine lesions of six women, by hand.
ROWS = (
    # 1: two views that agree; the first row stands twice, word for word.
    "P_1,LEFT,CC,1,AMORPHOUS,CLUSTERED,4,MALIGNANT,a",
    "P_1,LEFT,CC,1,AMORPHOUS,CLUSTERED,4,MALIGNANT,a",
    "P_1,LEFT,MLO,1,AMORPHOUS,CLUSTERED,5,BENIGN,b",
    # 2: same woman and number, other side: another lesion.
    "P_1,RIGHT,CC,1,AMORPHOUS,NA,2,BENIGN_WITHOUT_CALLBACK,c",
    # 3: views that disagree in type.
    "P_2,LEFT,CC,1,PUNCTATE,CLUSTERED,3,BENIGN,d",
    "P_2,LEFT,MLO,1,PLEOMORPHIC,SEGMENTAL,3,BENIGN_WITHOUT_CALLBACK,e",
    # 4: one view says nothing of the type.
    "P_3,LEFT,CC,1,NA,LINEAR,0,MALIGNANT,f",
    "P_3,LEFT,MLO,1,FINE_LINEAR_BRANCHING,LINEAR,4,MALIGNANT,g",
    # 5: compound; 6: two words of one meaning; 7: several typically benign words.
    "P_4,LEFT,CC,1,PUNCTATE-PLEOMORPHIC,CLUSTERED-LINEAR,4,BENIGN,h",
    "P_4,LEFT,CC,2,ROUND_AND_REGULAR-PUNCTATE,REGIONAL-REGIONAL,4,BENIGN,i",
    "P_5,LEFT,CC,1,VASCULAR-COARSE,NA,2,BENIGN_WITHOUT_CALLBACK,j",
    # 8: no word of ours; 9: nothing stated.
    "P_6,LEFT,CC,1,SUGAR,CLUSTERED,4,BENIGN,k",
    "P_6,LEFT,CC,2,NA,NA,4,MALIGNANT,l",
)


def write(folder: Path, *rows: str, head: str = HEAD) -> Path:
    (folder / TABLES[0]).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def table(tmp_path: Path) -> LesionTable:
    return read_lesions(write(tmp_path, *ROWS))


def test_rows_become_lesions_by_woman_side_and_number(table: LesionTable) -> None:
    assert [(one.woman, one.side, one.number, len(one.views)) for one in table.lesions] == [
        ("P_1", "LEFT", "1", 2),
        ("P_1", "RIGHT", "1", 1),
        ("P_2", "LEFT", "1", 2),
        ("P_3", "LEFT", "1", 2),
        ("P_4", "LEFT", "1", 1),
        ("P_4", "LEFT", "2", 1),
        ("P_5", "LEFT", "1", 1),
        ("P_6", "LEFT", "1", 1),
        ("P_6", "LEFT", "2", 1),
    ]
    assert [fault.code for fault in table.faults] == ["duplicate_rows"]
    assert not table.complete


def test_a_lesion_is_malignant_if_any_row_is_and_never_called_back_only_if_all_say_so(
    table: LesionTable,
) -> None:
    outcomes = [one.outcome for one in table.lesions]
    called = [one.called_back for one in table.lesions]
    ill, well, film = Outcome.MALIGNANT, Outcome.BENIGN, Outcome.BENIGN_WITHOUT_CALLBACK
    assert outcomes == [ill, film, well, ill, well, well, film, well, ill]
    assert called == [True, False, True, True, True, True, False, True, True]
    # The higher category stands; 0 is lower than all.
    assert [one.assessment for one in table.lesions] == [5, 2, 3, 4, 4, 4, 2, 4, 4]


def test_the_word_of_a_lesion_under_both_rules(table: LesionTable) -> None:
    assert [Settling.AS_STATED.shape(one) for one in table.lesions] == [
        Morphology.AMORPHOUS,
        Morphology.AMORPHOUS,
        Unsettled.VIEWS_DISAGREE,
        Morphology.FINE_LINEAR_BRANCHING,
        Unsettled.COMPOUND,
        Morphology.ROUND_PUNCTATE,
        Unsettled.COMPOUND,
        Unsettled.NO_COUNTERPART,
        Unsettled.NOT_STATED,
    ]
    assert [Settling.MOST_SUSPICIOUS.shape(one) for one in table.lesions] == [
        Morphology.AMORPHOUS,
        Morphology.AMORPHOUS,
        Morphology.FINE_PLEOMORPHIC,
        Morphology.FINE_LINEAR_BRANCHING,
        Morphology.FINE_PLEOMORPHIC,
        Morphology.ROUND_PUNCTATE,
        Unsettled.EQUALS,
        Unsettled.NO_COUNTERPART,
        Unsettled.NOT_STATED,
    ]
    stated = [Settling.AS_STATED.distribution(one) for one in table.lesions]
    worst = [Settling.MOST_SUSPICIOUS.distribution(one) for one in table.lesions]
    assert stated[2:6] == [
        Unsettled.VIEWS_DISAGREE,
        Distribution.LINEAR,
        Unsettled.COMPOUND,
        Distribution.REGIONAL,
    ]
    assert worst[2:6] == [
        Distribution.SEGMENTAL,
        Distribution.LINEAR,
        Distribution.LINEAR,
        Distribution.REGIONAL,
    ]
    assert stated[1] is worst[1] is Unsettled.NOT_STATED


def test_shares_are_those_counted_by_hand(table: LesionTable) -> None:
    both = {
        which: lesion_shares(table.lesions, which, Settling.AS_STATED, 200, 1)
        for which in LesionSet
    }
    every, called = both[LesionSet.ALL], both[LesionSet.CALLED_BACK]
    assert (every.total.malignant, every.total.n, every.total.women) == (3, 9, 6)
    assert (called.total.malignant, called.total.n, called.total.women) == (3, 7, 5)
    amorphous = every.shapes[Morphology.AMORPHOUS]
    assert (amorphous.malignant, amorphous.n, amorphous.women) == (1, 2, 1)
    # One woman: drawing her again tells nothing of others.
    assert all(math.isnan(bound) for bound in amorphous.by_woman)
    assert called.shapes[Morphology.AMORPHOUS].n == 1
    assert called.cells[Morphology.AMORPHOUS, Distribution.GROUPED].malignant == 1
    assert Morphology.VASCULAR not in every.shapes
    assert sum(share.n for share in every.shapes.values()) == 9
    assert sum(share.n for share in every.distributions.values()) == 9
    assert sum(share.n for share in every.cells.values()) == 9


@pytest.mark.parametrize(
    ("cell", "labels"),
    [
        ("NA", frozenset()),
        ("", frozenset()),
        (" Punctate ", {Morphology.ROUND_PUNCTATE}),
        ("PLEOMORPHIC-PLEOMORPHIC", {Morphology.FINE_PLEOMORPHIC}),
        ("LUCENT_CENTERED-LUCENT_CENTER-EGGSHELL", {Morphology.RIM}),
        ("PUNCTATE-SUGAR", None),
    ],
)
def test_cells_are_translated(cell: str, labels: set[Morphology] | None) -> None:
    assert words_in(cell, SHAPES) == labels


def test_order_of_views_and_words_changes_nothing() -> None:
    one, other = (
        words_in("PUNCTATE-AMORPHOUS", SHAPES),
        words_in("AMORPHOUS-PUNCTATE", SHAPES),
    )
    assert as_stated([one, other]) is Unsettled.COMPOUND
    views = [words_in("VASCULAR", SHAPES), one]
    assert most_suspicious(views, SHAPE_RANKS) is Morphology.AMORPHOUS
    assert most_suspicious(views[::-1], SHAPE_RANKS) is Morphology.AMORPHOUS
    assert set(SHAPE_RANKS) == set(Morphology)
    assert set(DISTRIBUTIONS.values()) == set(Distribution)


@pytest.mark.parametrize(
    "row",
    [
        "P_1,LEFT,CC,1,AMORPHOUS,NA,4,PERHAPS,a",
        "P_1,LEFT,CC,1,AMORPHOUS,NA,6,BENIGN,a",
        "P_1,LEFT,CC,1,AMORPHOUS,NA,,BENIGN,a",
        ",LEFT,CC,1,AMORPHOUS,NA,4,BENIGN,a",
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, row: str) -> None:
    with pytest.raises(UsageError):
        read_lesions(write(tmp_path, row))


def test_tables_that_are_not_there_are_refused_with_their_publisher(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Cancer Imaging Archive"):
        read_lesions(tmp_path)
    with pytest.raises(UsageError, match="pathology"):
        read_lesions(write(tmp_path, "P_1,CC", head="patient_id,image view"))


@pytest.mark.skipif(not DATA, reason="CALCSIGHT_DATA does not name the tables of CBIS-DDSM")
def test_the_real_tables_hold_what_is_said_of_them() -> None:
    table = read_lesions(Path(DATA, "cbis-ddsm"))
    assert (len(table.rows), len(table.lesions)) == (1872, 1045)
    assert len({lesion.woman for lesion in table.lesions}) == 753
    assert sum("-" in row.type_words for row in table.rows) == 293
    assert sum(row.distributions == frozenset() for row in table.rows) == 439
    assert Counter(row.outcome for row in table.rows)[Outcome.BENIGN_WITHOUT_CALLBACK] == 541
    assert all(None not in (row.shapes, row.distributions) for row in table.rows)
    assert table.complete
    assert not table.faults
