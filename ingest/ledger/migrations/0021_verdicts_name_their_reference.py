"""What every file of the country is compared with is kept once, and named by the verdicts; what stands in verdicts of
before stays there."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0020_builds_say_how_much_they_are_of'),
    ]

    operations = [
        migrations.CreateModel(
            name='ReferenceVersion',
            fields=[
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('content', models.JSONField()),
            ],
            options={'abstract': False},
        ),
        migrations.AddField(
            model_name='verdict',
            name='reference_version',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='verdicts', to='ledger.referenceversion'),
        ),
    ]
