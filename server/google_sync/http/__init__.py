"""Google over HTTP: calls, each sent once, kept to the limits, told apart by their answers."""
