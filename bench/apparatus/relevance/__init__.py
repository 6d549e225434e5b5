"""Whether people find what they mean (相关性): what is searched, what was judged, and how an order is measured."""
