"""calcsight reads breast calcifications on mammograms.

Research, education and audit software: a human decides. Start reading at `reading.py`.
"""
