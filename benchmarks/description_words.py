"""The words of docs/results/description.md that no measurement changes."""

HEAD = """\
# Words for shapes and distributions, on simulated views

Written by `python -m benchmarks.description`. **Simulated calcifications only**: what follows says
how far the words hold for outlines, walls, places and vessels drawn by another hand than the one
the describer learnt from, by the same rules of the lexicon. It says nothing about real ones: no
radiologist has named these, and no real group with agreed words is public at full resolution.

The set holds 24 groups of each of 15 kinds, each kind in every distribution that it may have, in
detectors' and film's looks, with 0.05-0.1 mm pixels. Backgrounds, blurs, seeds and outlines are of
TEST families; the hand that draws the outlines (`simulation/carved_shapes.py` and its neighbours)
is refused for tuning. Of the 360 groups a few found no room in their breast: the table of what was
found says how many were planted.

**How often it was scored.** Several describers in the making were scored on this set on the day
both were made, and the drawing of one kind was mended after the first time. Whoever trained the
describer was told totals and which words of distribution failed (segmental taken for regional,
pieces of spreads for groups), and widened the layouts of the tuning families for it; nobody who
tuned saw the set's code, pictures or single cases. So the figures of shapes are near to blind, and
those of distributions are not.
"""

RULES = """\
## Rules

- **True places.** Every planted particle is measured (`analysis.measurement`) from the brightest
  pixel inside its true outline, and described with all others of its view; groups are the
  planted ones, with at least two measured members.
- **Detected.** The view is read at the judge's balanced point. A mark is a particle's when their
  centroids lie within {within:g} mm, one to one by falling score. A found group (primary rule: 5
  within 10 mm) is a planted group's when at least half of its marks are of that group: they hit
  one of its particles or lie inside one. Of several pieces the largest counts. What hits nothing
  is not scored here; what was not found is in no denominator, only in the table that counts it.
- **Shape.** Round and punctate are one word, and so are fine linear and its branching. The
  likeliest word is scored, whatever its probability. Macro-F1: mean F1 over the words that were
  planted, each with the frequencies of this set: a rare word loses precision to a frequent one.
  Mean recall does not depend on frequencies.
- **Distribution.** The planted one, for groups of at least {least} planted particles (fewer lie
  in no way that has a name), milk of calcium included.
- **Milk of calcium** is no word for one view and is left out of the figures on shape.
- **Sureness.** Probability of the likeliest word. Calibration error: ten bins of equal width,
  mean gap between sureness and share right, weighted by rows. The least sure tenth is taken of
  all rows of a column, not of each word.
- **Made worse.** Every ninth woman. Blur is a further Gaussian over the stored pixels (it
  smooths their noise, too); noise is added until its SD from pixel to pixel is 1.5 or 2 times
  what it was; coarser pixels are means. Truth stays as it was.
- **Variability.** {repeats} breasts, each with two series of {steps} steps of the same 20
  particles at the same places, measured there. Size: SD over mean of the diameters. Shape: as
  the reading has it. The table has the medians over the breasts.
- **Intervals** are the middle 95 % over women drawn with replacement: 1000 draws in the first
  table up to 2000 rows, else 200. A share that all rows or none hold gives draws nothing to vary:
  what {by_row} marks is Wilson's 95 % interval of the rows, which takes the rows of one woman as
  independent and so is rather too narrow. Any other figure that every draw repeats has no interval
  here: (-).
"""

LIMITS = """\
## Limits

One hand drew all of it, and it may be easier or harder than life. The kinds are planted about
equally often, which no screening population is: precision there would differ. Peaks follow a
stated contrast, so a kind that is drawn fainter (amorphous) is also told by its faintness. Groups
hold one kind each. A spread of few particles is hardly more than a scatter: five in a fan lie much
like five anywhere. A detected group is often a piece of what was planted, and a piece of a diffuse
spread may rightly look regional: it counts as wrong here. In one of the breasts of the graded
series an outline runs away into tissue, which drowns what should rise: its rank correlation is the
least one, and the shaded band reaches up to it. The two views of a woman are drawn apart.
"""
