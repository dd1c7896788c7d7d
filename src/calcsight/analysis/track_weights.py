"""Weights of the logistic form for lines.

Fitted on the 933 lines that stand out by at least 1.6 noise SD, of 109 simulated TUNING views: 121
lie on planted tubes, the others on vessels, ligaments, rods, broken plaques, and (82, counting five
times) on fine linear and branching particles. A ridge penalty holds the weights.
"""

# In the order of `line_profiles.FEATURES`.
MEANS = (1.0460, -0.5770, 1.6230, 0.2031, 0.9644, 0.0841, 0.1038, -0.0552, 1.8748, 0.0463)
SPREADS = (0.6625, 0.4474, 0.3963, 0.1003, 0.0591, 0.0802, 0.1745, 0.3682, 0.3342, 0.0682)
WEIGHTS = (0.4904, 0.8092, 0.0179, 0.5261, 0.2015, -0.4755, 1.0234, 0.9107, 0.9496, 0.2759)
INTERCEPT = -2.2638
