"""Facts in: reading, validation against the vocabulary, and the columns that engines read."""
