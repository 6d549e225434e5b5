from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _
from typing_extensions import override


class LessonsConfig(AppConfig):
    name = "lessons"
    verbose_name = _("Lesson plans")

    @override
    def ready(self) -> None:
        from lessons import audit_actions, rooms, searchables  # needs the models
        from lessons.exports import checks  # noqa: F401 -- registers itself
        from lessons.services import attachment_texts, imports, plan_templates, trash
        from research import audit_actions as record
        from research.background import periodic

        rooms.register()
        searchables.register()
        record.register(audit_actions.LABELS)
        periodic.register("lessons.purge_trash", every_seconds=24 * 3600, run=trash.purge_trash)
        periodic.register("lessons.purge_imports", every_seconds=24 * 3600, run=imports.purge_imports)
        periodic.register("lessons.read_attachments", every_seconds=900, run=attachment_texts.read_missed)
        post_migrate.connect(
            plan_templates.load_shipped, sender=self, dispatch_uid="lessons.shipped_templates"
        )
