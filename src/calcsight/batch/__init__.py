"""Delivery: many inputs in, one folder of results out."""
