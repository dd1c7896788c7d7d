"""Delivery: hit rules, FROC and intervals."""
