from django.apps import AppConfig
from typing_extensions import override


class DeskConfig(AppConfig):
    """Makes the kind known in a server process of its own; see ``tests.desk.settings``."""

    name = "tests.desk"

    @override
    def ready(self) -> None:
        from tests.desk.notes import register_once  # it needs the models

        register_once()
