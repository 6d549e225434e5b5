from django.apps import AppConfig
from typing_extensions import override


class ConfigConfig(AppConfig):
    name = "config"

    @override
    def ready(self) -> None:
        from config import safety  # noqa: F401 - its checks register when settings are there
