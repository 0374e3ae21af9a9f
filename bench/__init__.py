"""The benchmark: the same requests to Praxical and to stock Radicale in one run."""
