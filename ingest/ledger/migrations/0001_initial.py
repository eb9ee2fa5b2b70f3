"""The first tables of the ledger."""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Build',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('manifest', models.JSONField(default=list)),
                ('manifest_sha256', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('running', 'Running'), ('succeeded', 'Succeeded'), ('failed', 'Failed')], default='running', max_length=9)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('held_back', models.JSONField(default=list)),
            ],
        ),
        migrations.CreateModel(
            name='RawFile',
            fields=[
                ('sha256', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('size', models.BigIntegerField()),
                ('raw_state', models.CharField(choices=[('present', 'Present'), ('redacted', 'Redacted'), ('expired', 'Expired')], default='present', max_length=8)),
                ('stored_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='ReceiptProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('path', models.CharField(max_length=1000)),
                ('code', models.CharField(max_length=64)),
                ('details', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('language', models.CharField(choices=[('kk', 'kk'), ('ru', 'ru'), ('en', 'en')], default='kk', max_length=2)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('republic', 'Republic'), ('oblast', 'Oblast'), ('district', 'District'), ('organisation', 'Organisation')], max_length=12)),
                ('code', models.CharField(max_length=12, unique=True)),
                ('territory_code', models.CharField(blank=True, max_length=9)),
                ('name_kk', models.CharField(max_length=500)),
                ('name_ru', models.CharField(max_length=500)),
                ('name_since', models.DateField(blank=True, null=True)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='ledger.node')),
            ],
        ),
        migrations.CreateModel(
            name='Exemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=64)),
                ('first_day', models.DateField()),
                ('last_day', models.DateField(blank=True, null=True)),
                ('reason', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemptions', to='ledger.node')),
                ('on_behalf_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.node')),
            ],
        ),
        migrations.AddField(
            model_name='user',
            name='node',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='ledger.node'),
        ),
        migrations.CreateModel(
            name='Obligation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=10)),
                ('part', models.CharField(default='whole', max_length=64)),
                ('period_kind', models.CharField(max_length=12)),
                ('period_start', models.DateField()),
                ('period_end', models.DateField()),
                ('due_at', models.DateTimeField()),
                ('status', models.CharField(choices=[('open', 'Open'), ('fulfilled', 'Fulfilled'), ('late', 'Late'), ('missing', 'Missing'), ('nil_return', 'Nil Return'), ('exempt', 'Exempt'), ('not_applicable', 'Not Applicable')], default='open', max_length=14)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, max_length=32)),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='obligations', to='ledger.node')),
            ],
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('number', models.IntegerField(primary_key=True, serialize=False)),
                ('content_hash', models.CharField(max_length=64)),
                ('data_as_of', models.DateTimeField()),
                ('published_at', models.DateTimeField()),
                ('state', models.CharField(choices=[('current', 'Current'), ('previous', 'Previous'), ('rolled_back', 'Rolled Back')], default='current', max_length=11)),
                ('build', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='ledger.build')),
            ],
        ),
        migrations.CreateModel(
            name='Scope',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=10)),
                ('part', models.CharField(default='whole', max_length=64)),
                ('period_kind', models.CharField(max_length=12)),
                ('period_start', models.DateField()),
                ('period_end', models.DateField()),
                ('node', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scopes', to='ledger.node')),
            ],
        ),
        migrations.CreateModel(
            name='Submission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(blank=True, max_length=255)),
                ('received_at', models.DateTimeField()),
                ('channel', models.CharField(choices=[('drop', 'Drop'), ('cli', 'Cli'), ('portal', 'Portal'), ('api', 'Api')], max_length=8)),
                ('is_nil_return', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('received', 'Received'), ('unreadable', 'Unreadable'), ('rejected', 'Rejected'), ('accepted', 'Accepted'), ('approved', 'Approved'), ('returned', 'Returned'), ('withdrawn', 'Withdrawn')], default='received', max_length=10)),
                ('approved_at', models.DateTimeField(blank=True, null=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_in', to='ledger.node')),
                ('raw_file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='ledger.rawfile')),
                ('scope', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='ledger.scope')),
            ],
        ),
        migrations.CreateModel(
            name='SubmissionEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('received', 'Received'), ('duplicate', 'Duplicate'), ('unreadable', 'Unreadable'), ('rejected', 'Rejected'), ('accepted', 'Accepted'), ('approved', 'Approved'), ('returned', 'Returned'), ('withdrawn', 'Withdrawn'), ('held_back', 'Held Back'), ('released', 'Released')], max_length=10)),
                ('channel', models.CharField(choices=[('drop', 'Drop'), ('cli', 'Cli'), ('portal', 'Portal'), ('api', 'Api'), ('pipeline', 'Pipeline')], max_length=8)),
                ('at', models.DateTimeField()),
                ('details', models.JSONField(default=dict)),
                ('receipt_key', models.CharField(blank=True, max_length=64, null=True, unique=True)),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.node')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='ledger.submission')),
            ],
        ),
        migrations.CreateModel(
            name='Verdict',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('accepted', 'Accepted'), ('rejected', 'Rejected'), ('unreadable', 'Unreadable')], max_length=10)),
                ('contract_version', models.IntegerField()),
                ('rules_version', models.CharField(blank=True, max_length=64)),
                ('reference', models.JSONField(default=dict)),
                ('rows_in', models.BigIntegerField(default=0)),
                ('rows_accepted', models.BigIntegerField(default=0)),
                ('rows_rejected', models.BigIntegerField(default=0)),
                ('rows_not_data', models.BigIntegerField(default=0)),
                ('errors', models.BigIntegerField(default=0)),
                ('queries', models.BigIntegerField(default=0)),
                ('notes', models.BigIntegerField(default=0)),
                ('not_checked', models.JSONField(default=list)),
                ('batch_id', models.CharField(blank=True, max_length=64)),
                ('judged_at', models.DateTimeField()),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='verdict', to='ledger.submission')),
            ],
        ),
        migrations.AddIndex(
            model_name='node',
            index=models.Index(fields=['kind', 'code'], name='node_kind_code'),
        ),
        migrations.AddIndex(
            model_name='obligation',
            index=models.Index(fields=['status', 'due_at'], name='obligation_status_due'),
        ),
        migrations.AddConstraint(
            model_name='obligation',
            constraint=models.UniqueConstraint(fields=('form', 'node', 'period', 'part'), name='obligation_once'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('state',), name='publication_one_current'),
        ),
        migrations.AddConstraint(
            model_name='scope',
            constraint=models.UniqueConstraint(fields=('form', 'node', 'period', 'part'), name='scope_once'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['state', 'id'], name='submission_state'),
        ),
        migrations.AddIndex(
            model_name='submission',
            index=models.Index(fields=['scope', 'state', 'id'], name='submission_scope_state'),
        ),
        migrations.AddConstraint(
            model_name='submission',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_nil_return', True), ('raw_file__isnull', True)), models.Q(('is_nil_return', False), ('raw_file__isnull', False)), _connector='OR'), name='submission_has_bytes_or_is_nil'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('rows_in', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('rows_accepted'), '+', models.F('rows_rejected')), '+', models.F('rows_not_data')))), name='verdict_rows_add_up'),
        ),
        migrations.AddConstraint(
            model_name='verdict',
            constraint=models.CheckConstraint(condition=models.Q(('outcome', 'accepted'), ('rows_accepted', 0), _connector='OR'), name='verdict_rejected_lands_nothing'),
        ),
    ]
