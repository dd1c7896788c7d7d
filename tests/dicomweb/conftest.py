"""The command line, as the tests of commands run it."""

from tests.cli.conftest import calcsight_command

__all__ = ["calcsight_command"]
