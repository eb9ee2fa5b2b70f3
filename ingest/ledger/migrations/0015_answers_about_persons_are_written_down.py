from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0014_exemptions_are_directives'),
    ]

    operations = [
        migrations.AlterField(
            model_name='installationevent',
            name='kind',
            field=models.CharField(choices=[('secret_change_begun', 'Secret Change Begun'), ('secret_changed', 'Secret Changed'), ('adopted', 'Adopted'), ('person_shown', 'Person Shown')], max_length=32),
        ),
    ]
