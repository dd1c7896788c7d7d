"""Weights of the forms that link particles and groups of two dates; written by a fit.

`python -m training.fit_linking --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Means, SDs and weights of links are in the order of
`link_probability.LINK_NAMES`; those of what is alone in that of `link_probability.alone_features`;
of groups: share of members linked, overlap of the hulls.
"""

FITTED_ON: dict[str, int] = {}
LINK_MEANS = (22.4206, -3.5655, 0.3045, 0.4051, 0.1949, 2.7130, 5.1261, 0.4527, 0.4358)
LINK_SDS = (12.0340, 0.6892, 0.4145, 0.4609, 0.2323, 4.4560, 3.9196, 0.3129, 0.3140)
LINK_WEIGHTS = (-4.1875, -0.3081, -0.5507, -0.2586, -0.3759, 2.3251, 0.3642, -1.6155, -1.8617)
LINK_BIAS = -8.4033
ALONE_WEIGHTS = (1.0029, 0.0000, 1.0306, 8.5439)
ALONE_BIAS = -11.5844
GROUP_WEIGHTS = (7.2270, 0.0000)
GROUP_BIAS = -3.8790
