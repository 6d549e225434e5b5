"""Chinese text in JSON as it is. Columns stay as they are, and what is in them can be read as ever, so nothing is rewritten."""

from django.db import migrations, models

import search.models.entries


class Migration(migrations.Migration):
    dependencies = [("search", "0002_gone_entry")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "entryrow",
                    name,
                    models.JSONField(
                        default=default, encoder=search.models.entries.Plain, verbose_name=said
                    ),
                )
                for name, said, default in (
                    ("facets", "facets", dict),
                    ("parts", "parts", list),
                    ("people", "authors", list),
                    ("tags", "tags", list),
                )
            ]
        )
    ]
