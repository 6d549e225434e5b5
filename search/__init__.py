"""Full-text search (检索): what is searchable, how Chinese is analysed, the engines, the pages.

A floor: it knows no domain app. Apps register what they have with ``search.kinds``, from their ``searchables.py``.
"""
