"""The steps of the database, one file each."""
