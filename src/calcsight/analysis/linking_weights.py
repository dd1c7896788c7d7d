"""Weights of the forms that link particles and groups of two dates; written by a fit.

`python -m training.fit_linking --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Means, SDs and weights of links are in the order of
`link_probability.LINK_NAMES`; those of what is alone: log-odds of the score, logarithms of the
diameter and of the contrast-to-noise ratio; of groups: share of members linked, overlap of the
hulls.
"""

FITTED_ON: dict[str, int] = {}
LINK_MEANS = (21.5585, -3.5613, 0.2985, 0.3890, 0.1956, 2.5322, 4.8189, 0.4486, 0.4306)
LINK_SDS = (12.5184, 0.6741, 0.3991, 0.4433, 0.2309, 4.5479, 4.1236, 0.3125, 0.3181)
LINK_WEIGHTS = (-3.7132, -0.1871, -0.2734, -0.2011, -0.4812, 2.5074, 1.2528, -2.2081, -1.5786)
LINK_BIAS = -7.6569
ALONE_WEIGHTS = (0.8265, 0.0000, 0.9943)
ALONE_BIAS = -4.3836
GROUP_WEIGHTS = (6.5451, 0.0000)
GROUP_BIAS = -2.9535
