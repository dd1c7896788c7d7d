"""Weights of the forms that link particles and groups of two dates; written by a fit.

`python -m training.fit_linking --write` writes the numbers below, from simulated series of
tuning families and seeds alone. Means, SDs and weights of links are in the order of
`link_probability.LINK_NAMES`; those of what is alone in that of `link_probability.alone_features`;
of groups: share of members linked, overlap of the hulls.
"""

FITTED_ON: dict[str, int] = {
    "women": 489,
    "pairs of particles": 38857,
    "pairs that are one": 6721,
    "particles without a link": 3871,
    "truly alone": 1061,
    "pairs of groups": 781,
    "groups that are one": 726,
}
LINK_MEANS = (22.5756, -3.5779, 0.2972, 0.4009, 0.1963, 2.8964, 5.2652, 0.4552, 0.4422)
LINK_SDS = (11.9854, 0.6452, 0.4033, 0.4464, 0.2293, 4.3577, 3.8126, 0.3101, 0.3118)
LINK_WEIGHTS = (-3.8926, -0.2668, -0.5875, -0.2821, -0.3634, 2.3131, 0.4101, -1.7387, -1.9670)
LINK_BIAS = -8.2184
ALONE_WEIGHTS = (0.8591, 0.0000, 0.9179, 6.5998)
ALONE_BIAS = -9.3486
GROUP_WEIGHTS = (7.8555, 0.0000)
GROUP_BIAS = -4.0830
