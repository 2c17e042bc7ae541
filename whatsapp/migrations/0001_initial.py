
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='IgnoredCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['-day'],
            },
        ),
        migrations.CreateModel(
            name='Chat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('last_inbound_at', models.DateTimeField(blank=True, null=True)),
                ('last_message_at', models.DateTimeField(blank=True, null=True)),
                ('unread_count', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('identity', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='chat', to='customers.whatsappidentity')),
            ],
            options={
                'ordering': [models.OrderBy(models.F('last_message_at'), descending=True, nulls_last=True), '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InboundEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=300, unique=True)),
                ('raw', models.BinaryField(help_text='The bytes as they came.')),
                ('status', models.CharField(choices=[('received', 'Received'), ('processed', 'Processed'), ('kept', 'Kept, not understood'), ('failed', 'Failed')], default='received', max_length=9)),
                ('attempt_count', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('received_at', models.DateTimeField(auto_now_add=True)),
                ('processed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('status', 'received')), fields=['next_attempt_at'], name='inbound_due')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('direction', models.CharField(choices=[('in', 'From the customer'), ('out', 'From the shop')], max_length=3)),
                ('kind', models.CharField(default='text', max_length=20)),
                ('text', models.TextField(blank=True)),
                ('status', models.CharField(choices=[('received', 'Received'), ('queued', 'Queued'), ('sending', 'Being sent'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('read', 'Read'), ('failed', 'Failed'), ('perhaps_sent', 'Perhaps sent')], max_length=12)),
                ('provider_id', models.CharField(blank=True, help_text="Gupshup's id of this message", max_length=300, null=True)),
                ('happened_at', models.DateTimeField(help_text='When the customer wrote, or we queued it')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('purpose', models.CharField(blank=True, help_text='What it is for, e.g. draft:17:received; one message a purpose.', max_length=80, null=True)),
                ('attempt_count', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
                ('last_error', models.TextField(blank=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('chat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='whatsapp.chat')),
                ('event', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='message', to='whatsapp.inboundevent')),
            ],
            options={
                'ordering': ['happened_at', 'pk'],
                'indexes': [models.Index(fields=['chat', 'happened_at', 'id'], name='message_by_chat'), models.Index(condition=models.Q(('status__in', ['queued', 'sending'])), fields=['next_attempt_at'], name='outbox_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('provider_id__isnull', False)), fields=('provider_id', 'direction'), name='message_provider_id_once'), models.UniqueConstraint(condition=models.Q(('purpose__isnull', False)), fields=('purpose',), name='message_purpose_once'), models.CheckConstraint(condition=models.Q(models.Q(('direction', 'in'), ('status', 'received')), models.Q(('direction', 'out'), models.Q(('status', 'received'), _negated=True)), _connector='OR'), name='message_status_fits_direction')],
            },
        ),
    ]
