from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class ResearchConfig(AppConfig):
    name = "research"
    verbose_name = _("Teaching research")

    @override
    def ready(self) -> None:
        from research import registrations  # models are there only now

        registrations.register()
