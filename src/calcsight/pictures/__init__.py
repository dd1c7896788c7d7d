"""Adapter: PNG and TIFF in, overlays and crops out."""
