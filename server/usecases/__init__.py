"""What somebody can ask for, one file each, and what a database must offer for it."""
