"""The command line `praxical`: one file per group of commands."""
