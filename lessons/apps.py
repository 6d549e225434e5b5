from django.apps import AppConfig
from django.db.models.signals import post_migrate
from typing_extensions import override


class LessonsConfig(AppConfig):
    name = "lessons"

    @override
    def ready(self) -> None:
        from lessons import rooms  # needs the models
        from lessons.services import plan_templates

        rooms.register()
        post_migrate.connect(
            plan_templates.load_shipped, sender=self, dispatch_uid="lessons.shipped_templates"
        )
