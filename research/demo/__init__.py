"""Sample people (示例数据): counties, offices, schools, officers, teachers, groups; the same everywhere.

Counties and townships are real; every school, office and person is invented, and says 示例.
"""

from research.demo.installation import HOME_GROUP, PASSWORD, install

__all__ = ["HOME_GROUP", "PASSWORD", "install"]
