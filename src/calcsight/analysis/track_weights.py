"""Weights of the logistic form for lines; fitted by `benchmarks.vessel_tracks --fit`."""

# In the order of `line_profiles.FEATURES`.
MEANS = (0.4394, 0.0269, -0.4125, 1.1660, 0.2971, 0.9279, 0.0765, -0.1573, 1.8492, 0.0581)
SPREADS = (0.4842, 0.4923, 0.4766, 0.5267, 0.2362, 0.0917, 0.1319, 0.3606, 0.3232, 0.0766)
WEIGHTS = (-0.6760, 0.6983, 0.9965, 1.5746, -0.2187, 0.1572, 1.1017, 0.9879, 0.9781, 0.4403)
INTERCEPT = -4.0866
