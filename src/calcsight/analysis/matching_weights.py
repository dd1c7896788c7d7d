"""Weights of the forms that match groups and that name milk of calcium; written by a fit.

`python -m training.fit_matching --write` writes the numbers below, from simulated pairs of
tuning seeds alone. Means, SDs and weights are in the order of `likeness.LIKENESS_NAMES`; those
of milk of calcium in the order roundness from above, levelness from the side, levelness from
above.
"""

FITTED_ON = ""
MEANS = (0.0,) * 12
SDS = (1.0,) * 12
WEIGHTS = (-1.0,) * 12
BIAS = 3.0
SETTLED_WEIGHTS = (4.0, 8.0, -8.0)
SETTLED_BIAS = -4.0
