"""Word in (从 Word 导入): what a teacher's file holds, found without trusting the file.

The way of a file: ``prescan`` looks at its bytes while the teacher waits; ``sandbox`` runs ``child`` with
little
memory, little time and no network; there ``reading`` makes a ``source`` of it, ``recogniser`` says what
each piece of
text is, and the answer comes back as JSON. Nothing in here knows the database;
``lessons.services.imports`` does.
"""
