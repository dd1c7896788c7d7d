"""`calcsight node example`: a file of settings with every key."""

from importlib.resources import files

from calcsight.cli.console import tell


def example() -> int:
    """Print a documented file of settings for a node: every key, with a word on each."""
    text = files("calcsight.node").joinpath("example.toml").read_text(encoding="utf-8")
    tell(text.rstrip())
    return 0
