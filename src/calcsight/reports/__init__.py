"""Adapter: readings as JSON, CSV, Parquet and HTML."""
