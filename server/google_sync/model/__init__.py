"""What is compared of an event, and how it is named, marked and written in Google; pure."""
