from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0015_answers_about_persons_are_written_down'),
    ]

    operations = [
        migrations.AddField(
            model_name='rawfile',
            name='redactions',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='rawfile',
            name='rows_erased',
            field=models.BigIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='installationevent',
            name='kind',
            field=models.CharField(choices=[('secret_change_begun', 'Secret Change Begun'), ('secret_changed', 'Secret Changed'), ('adopted', 'Adopted'), ('person_shown', 'Person Shown'), ('person_erased', 'Person Erased')], max_length=32),
        ),
        migrations.AlterField(
            model_name='submissionevent',
            name='kind',
            field=models.CharField(choices=[('received', 'Received'), ('duplicate', 'Duplicate'), ('set_aside', 'Set Aside'), ('retried', 'Retried'), ('unreadable', 'Unreadable'), ('rejected', 'Rejected'), ('pending', 'Pending'), ('confirmed', 'Confirmed'), ('accepted', 'Accepted'), ('approved', 'Approved'), ('returned', 'Returned'), ('withdrawn', 'Withdrawn'), ('held_back', 'Held Back'), ('released', 'Released'), ('explained', 'Explained'), ('redacted', 'Redacted')], max_length=10),
        ),
    ]
