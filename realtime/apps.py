from django.apps import AppConfig
from typing_extensions import override


class RealtimeConfig(AppConfig):
    """Shared documents: the floor under everything that people write together."""

    name = "realtime"

    @override
    def ready(self) -> None:
        from realtime import signals  # noqa: F401 -- connects the receivers, once the models are there
