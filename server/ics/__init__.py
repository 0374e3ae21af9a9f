"""iCalendar text to and from the domain: lenient towards the world, strict with our own."""
