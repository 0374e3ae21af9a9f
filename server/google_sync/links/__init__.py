"""One link: consent, tokens, its managed calendar, its channels, and its one writer."""
