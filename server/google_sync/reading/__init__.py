"""From Google to the practice: laid down first, then applied by the doors' own use cases."""
