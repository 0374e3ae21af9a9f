"""Praxical: the calendar-protocol server for clinic and therapy practices."""
