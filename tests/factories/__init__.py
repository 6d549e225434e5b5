"""Factories of rows, by app."""
