"""The command line: one module a command."""

from calcsight.cli.command_line import main

__all__ = ["main"]
