"""What may be done with people, units, groups and the record."""
