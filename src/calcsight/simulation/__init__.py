"""Mammograms and calcifications with known truth."""
