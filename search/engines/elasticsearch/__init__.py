"""Elasticsearch 8.19 or 9 as the engine, for sites that outgrow one machine (``SEARCH_URL``). It is given the tokens that our
own analyser made, so that it finds what the embedded engine finds, and it needs no plugin.
"""

from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchEngine"]
