from django.apps import AppConfig

from tests.desk.notes import register_once


class DeskConfig(AppConfig):
    """Makes the kind known in a server process of its own; see ``tests.desk.settings``."""

    name = "tests.desk"

    def ready(self) -> None:
        register_once()
