"""The image verbs: arrays in, nouns out; one step a module."""
