"""What was told of a period about a place: editions of summaries, made or held back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0025_messages_are_sent'),
    ]

    operations = [
        migrations.CreateModel(
            name='Edition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seal', models.CharField(editable=False, max_length=32, null=True)),
                ('report', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=16)),
                ('number', models.IntegerField()),
                ('state', models.CharField(choices=[('made', 'Made'), ('held', 'Held'), ('lifted', 'Lifted')], max_length=6)),
                ('status', models.CharField(choices=[('provisional', 'Provisional'), ('final', 'Final'), ('corrected', 'Corrected')], default='provisional', max_length=11)),
                ('basis', models.CharField(max_length=11)),
                ('files', models.JSONField(default=dict)),
                ('changed_cells', models.IntegerField(default=0)),
                ('reasons', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='ledger.node')),
                ('publication', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='editions', to='ledger.publication')),
            ],
            options={
                'indexes': [models.Index(fields=['made_at'], name='edition_made_at')],
                'constraints': [models.UniqueConstraint(fields=('report', 'period', 'node', 'number'), name='edition_once')],
            },
        ),
    ]
