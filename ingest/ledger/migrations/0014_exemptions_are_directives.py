"""The table of exemptions goes: they are decisions of the installation like the others."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0013_an_installation_decides'),
    ]

    operations = [
        migrations.DeleteModel(name='Exemption'),
    ]
