"""The search of ``bench.search``: what is searched, what is asked, and who else is asked."""
