"""Weights of the forms that link particles; written by a fit.

`python -m training.fit_linking --write` writes the numbers below, from simulated series of
tuning families and seeds alone.
"""

FITTED_ON: dict[str, int] = {}
LINK_MEANS = (0.0,) * 9
LINK_SDS = (1.0,) * 9
LINK_WEIGHTS = (-0.5, -1.0, -2.0, -1.0, -0.5, 0.5, 0.2, -0.5, -0.5)
LINK_BIAS = 1.0
ALONE_WEIGHTS = (1.0, 1.0)
ALONE_BIAS = 0.0
GROUP_WEIGHTS = (6.0, 3.0)
GROUP_BIAS = -3.0
