"""Codes of what is said of calcifications: what they are, their shape, their distribution.

Codes and meanings are those of pydicom's tables, which are generated from DICOM PS3.16; here
stands only which of them says what calcsight says. Sources: CID 6010 (types of calcification),
CID 6012 (their distribution), CID 6014 (findings on one image), CID 6022 (side).
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from calcsight.terms.distribution import Distribution
from calcsight.terms.mammogram import Laterality
from calcsight.terms.morphology import Morphology

SINGLE_CALCIFICATION: Code = codes.cid6014.IndividualCalcification
CALCIFICATION_GROUP: Code = codes.cid6014.CalcificationCluster

# Round and punctate are one word here and two codes there: round stands for both. A rim is the
# standard's "eggshell"; "heterogeneous" is the fourth edition's word for coarse heterogeneous.
TYPES: Mapping[Morphology, Code] = MappingProxyType(
    {
        Morphology.ROUND_PUNCTATE: codes.cid6010.RoundShapedCalcification,
        Morphology.RIM: codes.cid6010.EggshellCalcification,
        Morphology.LARGE_ROD: codes.cid6010.LargeRodLikeCalcification,
        Morphology.POPCORN: codes.cid6010.CoarsePopcornLikeCalcification,
        Morphology.DYSTROPHIC: codes.cid6010.DystrophicCalcification,
        Morphology.VASCULAR: codes.cid6010.VascularCalcificationRadiographicFinding,
        Morphology.SUTURE: codes.cid6010.CalcifiedSutureMaterial,
        Morphology.SKIN: codes.cid6010.CalcifiedSkinOfBreast,
        Morphology.MILK_OF_CALCIUM: codes.cid6010.MilkOfCalciumCalcification,
        Morphology.AMORPHOUS: codes.cid6010.AmorphousCalcification,
        Morphology.COARSE_HETEROGENEOUS: codes.cid6010.HeterogeneousCalcification,
        Morphology.FINE_PLEOMORPHIC: codes.cid6010.FinePleomorphicCalcification,
        Morphology.FINE_LINEAR_BRANCHING: (codes.cid6010.FineLinearBranchingCastingCalcification),
    }
)

DISTRIBUTIONS: Mapping[Distribution, Code] = MappingProxyType(
    {
        Distribution.GROUPED: codes.cid6012.GroupedCalcificationDistribution,
        Distribution.LINEAR: codes.cid6012.LinearCalcificationDistribution,
        Distribution.SEGMENTAL: codes.cid6012.SegmentalCalcificationDistribution,
        Distribution.REGIONAL: codes.cid6012.RegionalCalcificationDistribution,
        Distribution.DIFFUSE: codes.cid6012.DiffuseCalcificationDistribution,
    }
)

BREASTS: Mapping[Laterality, Code] = MappingProxyType(
    {
        Laterality.LEFT: codes.cid6022.LeftBreast,
        Laterality.RIGHT: codes.cid6022.RightBreast,
    }
)
