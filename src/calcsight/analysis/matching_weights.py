"""Weights of the forms that match groups and that name milk of calcium; written by a fit.

`python -m training.fit_matching --write` writes the numbers below, from simulated pairs of
tuning seeds alone. Means, SDs and weights are in the order of `likeness.LIKENESS_NAMES`; those
of milk of calcium in the order roundness from above, levelness from the side, levelness from
above.
"""

FITTED_ON = {
    "women drawn with CC and MLO": 70,
    "women drawn with CC and ML": 27,
    "pairs of groups": 178,
    "pairs of one lesion": 76,
    "lesions in CC and ML": 26,
    "lesions of milk of calcium": 11,
}
MEANS = (
    1.2369,
    1.5818,
    0.4594,
    0.7501,
    1.0242,
    1.1864,
    0.6506,
    0.2671,
    0.7422,
    0.7029,
    0.5009,
    0.0632,
)
SDS = (
    1.1283,
    1.2054,
    0.3542,
    0.9064,
    0.8714,
    1.0117,
    0.7136,
    0.3174,
    0.8287,
    0.6804,
    0.3213,
    0.1564,
)
WEIGHTS = (
    -1.6262,
    -0.5453,
    -0.4624,
    -0.9955,
    0.0000,
    -0.1496,
    -0.7269,
    0.0000,
    -0.4335,
    -0.2212,
    -0.1950,
    -0.3629,
)
BIAS = -1.0419
SETTLED_WEIGHTS = (5.4524, 7.7523, 0.0000)
SETTLED_BIAS = -8.8075
