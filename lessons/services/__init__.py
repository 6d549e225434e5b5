"""What may be done with plans, their members, their files and their templates."""
