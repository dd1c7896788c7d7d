"""The nouns of calcsight: frozen types, enums, the errors tree and the settings.

Only numpy and the standard library are imported here; no file is opened.
"""
