"""Weights of the forms that link particles and groups of two dates; written by a fit.

`python -m training.fit_linking --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Means, SDs and weights of links are in the order of
`link_probability.LINK_NAMES`; those of what is alone: log-odds of the score, logarithms of the
diameter and of the contrast-to-noise ratio; of groups: share of members linked, overlap of the
hulls.
"""

FITTED_ON: dict[str, int] = {}
LINK_MEANS = (21.6889, -3.5646, 0.2956, 0.3948, 0.1865, 2.4895, 4.8248, 0.4284, 0.4149)
LINK_SDS = (12.3995, 0.6828, 0.4024, 0.4561, 0.2208, 4.5769, 4.1343, 0.3048, 0.3067)
LINK_WEIGHTS = (-3.3209, -0.3350, -0.2066, -0.0347, -0.8055, 2.3333, 1.5969, -2.2551, -2.2367)
LINK_BIAS = -7.7073
ALONE_WEIGHTS = (0.8017, 0.0000, 0.7126)
ALONE_BIAS = -3.8719
GROUP_WEIGHTS = (7.6629, 0.0000)
GROUP_BIAS = -3.8795
