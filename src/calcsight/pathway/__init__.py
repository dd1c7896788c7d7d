"""The clinical verbs: pure logic on nouns, no image and no file."""
