from django.apps import AppConfig
from typing_extensions import override


class ResearchConfig(AppConfig):
    name = "research"

    @override
    def ready(self) -> None:
        from research import registrations  # models are there only now

        registrations.register()
