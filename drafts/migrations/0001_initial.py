
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('orders', '0001_initial'),
        ('whatsapp', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalOrderDraft',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'To review'), ('converted', 'Converted'), ('discarded', 'Discarded')], default='open', max_length=9)),
                ('reader', models.CharField(blank=True, max_length=20)),
                ('confidence', models.FloatField(default=0)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('notes', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('reply_due_at', models.DateTimeField(blank=True, help_text='End of the quiet window; empty once the reply is queued', null=True)),
                ('converted_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(blank=True, editable=False)),
                ('updated_at', models.DateTimeField(blank=True, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('chat', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='whatsapp.chat')),
                ('closed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(blank=True, db_constraint=False, help_text='The sender', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical order draft',
                'verbose_name_plural': 'historical order drafts',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='OrderDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('open', 'To review'), ('converted', 'Converted'), ('discarded', 'Discarded')], default='open', max_length=9)),
                ('reader', models.CharField(blank=True, max_length=20)),
                ('confidence', models.FloatField(default=0)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('notes', models.TextField(blank=True)),
                ('version', models.PositiveIntegerField(default=1)),
                ('reply_due_at', models.DateTimeField(blank=True, help_text='End of the quiet window; empty once the reply is queued', null=True)),
                ('converted_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='whatsapp.chat')),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(help_text='The sender', on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='customers.customer')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalDraftEntry',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('item_name', models.CharField(blank=True, max_length=200)),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True)),
                ('unit', models.CharField(blank=True, max_length=12)),
                ('weight', models.DecimalField(blank=True, decimal_places=3, help_text='Grams per piece', max_digits=12, null=True)),
                ('size', models.CharField(blank=True, max_length=40)),
                ('color', models.CharField(blank=True, max_length=40)),
                ('unit_price', models.DecimalField(blank=True, decimal_places=2, help_text='Only where staff set it', max_digits=12, null=True)),
                ('client_name', models.CharField(blank=True, max_length=120)),
                ('slip_number', models.CharField(db_index=True, max_length=24)),
                ('is_custom', models.BooleanField(default=False, help_text='Made to order; takes no stock.')),
                ('match_confidence', models.FloatField(default=0)),
                ('alternatives', models.JSONField(blank=True, default=list)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('source_start', models.PositiveIntegerField(blank=True, null=True)),
                ('source_end', models.PositiveIntegerField(blank=True, null=True)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('client', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='customers.customer')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='orders.product')),
                ('draft', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='drafts.orderdraft')),
            ],
            options={
                'verbose_name': 'historical draft entry',
                'verbose_name_plural': 'historical draft entries',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='DraftOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft_order', to='orders.order')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draft_orders', to='drafts.orderdraft')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='draft_message', to='whatsapp.message')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='draft_messages', to='drafts.orderdraft')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('item_name', models.CharField(blank=True, max_length=200)),
                ('quantity', models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True)),
                ('unit', models.CharField(blank=True, max_length=12)),
                ('weight', models.DecimalField(blank=True, decimal_places=3, help_text='Grams per piece', max_digits=12, null=True)),
                ('size', models.CharField(blank=True, max_length=40)),
                ('color', models.CharField(blank=True, max_length=40)),
                ('unit_price', models.DecimalField(blank=True, decimal_places=2, help_text='Only where staff set it', max_digits=12, null=True)),
                ('client_name', models.CharField(blank=True, max_length=120)),
                ('slip_number', models.CharField(max_length=24, unique=True)),
                ('is_custom', models.BooleanField(default=False, help_text='Made to order; takes no stock.')),
                ('match_confidence', models.FloatField(default=0)),
                ('alternatives', models.JSONField(blank=True, default=list)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('source_start', models.PositiveIntegerField(blank=True, null=True)),
                ('source_end', models.PositiveIntegerField(blank=True, null=True)),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('product', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.product')),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='drafts.orderdraft')),
            ],
            options={
                'verbose_name_plural': 'draft entries',
                'ordering': ['draft', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Analysis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('pending', 'Pending'), ('running', 'Running'), ('completed', 'Completed'), ('failed', 'Failed')], default='pending', max_length=9)),
                ('reader', models.CharField(blank=True, max_length=20)),
                ('reader_version', models.CharField(blank=True, max_length=20)),
                ('model', models.CharField(blank=True, max_length=80)),
                ('intent', models.CharField(blank=True, max_length=12)),
                ('confidence', models.FloatField(default=0)),
                ('warnings', models.JSONField(blank=True, default=list)),
                ('usage', models.JSONField(blank=True, default=dict)),
                ('attempt_count', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('completed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='analysis', to='whatsapp.message')),
            ],
            options={
                'verbose_name_plural': 'analyses',
                'indexes': [models.Index(condition=models.Q(('status__in', ['pending', 'running'])), fields=['next_attempt_at'], name='analysis_due')],
            },
        ),
        migrations.AddIndex(
            model_name='orderdraft',
            index=models.Index(fields=['status', 'id'], name='draft_by_status'),
        ),
        migrations.AddIndex(
            model_name='orderdraft',
            index=models.Index(condition=models.Q(('reply_due_at__isnull', False)), fields=['reply_due_at'], name='draft_reply_due'),
        ),
        migrations.AddConstraint(
            model_name='draftentry',
            constraint=models.CheckConstraint(condition=models.Q(('quantity__isnull', True), ('quantity__gt', 0), _connector='OR'), name='draft_entry_quantity_positive'),
        ),
    ]
