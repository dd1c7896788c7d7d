"""Weights of the forms that use the prior; written by a fit.

`python -m training.fit_with_prior --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Those of what repeats are in the order score, score in the prior
(log-odds); those of what is new in the order of `newness.NEW_NAMES`.
"""

FITTED_ON = {
    "women": 80,
    "pairs that were compared": 80,
    "candidates": 2996,
    "candidates that are linked": 840,
    "candidates that are new calcifications": 256,
}
REPEATED_WEIGHTS = (0.5809, 0.3890)
REPEATED_BIAS = 1.5897
NEW_WEIGHTS = (0.5717, -4.8382, -0.3321, -0.6235, 0.5544)
NEW_BIAS = -2.6992
