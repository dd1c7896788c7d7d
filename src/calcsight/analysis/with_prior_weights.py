"""Weights of the forms that use the prior; written by a fit.

`python -m training.fit_with_prior --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Those of what repeats are in the order score, score in the prior
(log-odds); those of what is new in the order of `newness.NEW_NAMES`.
"""

FITTED_ON: dict[str, int] = {}
REPEATED_WEIGHTS = (1.0, 0.5)
REPEATED_BIAS = 1.0
NEW_WEIGHTS = (0.8, -4.0, -0.3, -0.8, 0.6)
NEW_BIAS = 0.0
