"""Adapter: the weights of judges, checked by SHA-256."""
