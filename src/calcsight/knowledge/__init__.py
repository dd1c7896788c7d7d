"""Vocabularies, populations, schemes, policies and claims: data files, parsed into nouns."""
