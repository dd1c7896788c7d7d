"""Delivery: hit rules, sensitivity at fixed false marks, intervals by woman."""
