"""Fits the weights that ship; nothing under `src` imports it."""
