"""What is true of a practice: its words, values and rules. Standard library only."""
