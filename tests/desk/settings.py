"""The site's settings with the tests' kind of document, for server processes that tests start."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.desk"]
