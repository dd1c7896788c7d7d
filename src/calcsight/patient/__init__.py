"""What is said to the woman concerned: the knowledge base, its refusals, letters, readability."""
