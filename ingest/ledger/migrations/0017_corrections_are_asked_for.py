from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0016_persons_are_erased'),
    ]

    operations = [
        migrations.AlterField(
            model_name='submissionevent',
            name='kind',
            field=models.CharField(choices=[('received', 'Received'), ('duplicate', 'Duplicate'), ('set_aside', 'Set Aside'), ('retried', 'Retried'), ('unreadable', 'Unreadable'), ('rejected', 'Rejected'), ('pending', 'Pending'), ('confirmed', 'Confirmed'), ('accepted', 'Accepted'), ('approved', 'Approved'), ('returned', 'Returned'), ('withdrawn', 'Withdrawn'), ('held_back', 'Held Back'), ('released', 'Released'), ('explained', 'Explained'), ('redacted', 'Redacted'), ('disputed', 'Disputed'), ('settled', 'Settled')], max_length=10),
        ),
    ]
