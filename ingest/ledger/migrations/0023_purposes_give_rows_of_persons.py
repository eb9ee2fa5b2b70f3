from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0022_readers_have_accounts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='installationevent',
            name='kind',
            field=models.CharField(choices=[('secret_change_begun', 'Secret Change Begun'), ('secret_changed', 'Secret Changed'), ('adopted', 'Adopted'), ('person_shown', 'Person Shown'), ('person_erased', 'Person Erased'), ('person_officer_named', 'Person Officer Named'), ('person_officer_dismissed', 'Person Officer Dismissed'), ('person_refused', 'Person Refused'), ('reader_opened', 'Reader Opened'), ('reader_changed', 'Reader Changed'), ('reader_ended', 'Reader Ended'), ('purpose_granted', 'Purpose Granted'), ('purpose_ended', 'Purpose Ended')], max_length=32),
        ),
    ]
