"""Sample plans (示例教案) for the sample people. The same on every machine but for the day they seem
edited.
"""

from lessons.demo.installation import install

__all__ = ["install"]
