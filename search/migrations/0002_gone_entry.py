from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('search', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='GoneEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('key', models.CharField(max_length=100, verbose_name='key')),
                ('version', models.PositiveBigIntegerField(verbose_name='version')),
            ],
            options={
                'verbose_name': 'entry that is gone',
                'verbose_name_plural': 'entries that are gone',
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='gone_entry_once')],
            },
        ),
    ]
