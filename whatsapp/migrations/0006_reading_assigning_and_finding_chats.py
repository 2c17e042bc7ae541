import django.contrib.postgres.indexes
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import whatsapp.models.messages

# The words of customers/words.py, but each cut at 60 letters: array_to_tsvector refuses
# a word over 2 kB, and with it the message of a customer who sent one.
CREATE_WORDS = r"""
CREATE FUNCTION message_words(said text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT left(word, 60))) FROM (
        SELECT string_to_table(
            translate(
                lower(said),
                E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r\u00a0',
                repeat(' ', 36)
            ),
            ' '
        ) AS word
    ) AS words
    WHERE word <> ''
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("whatsapp", "0005_pace_of_sending"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CREATE_WORDS, "DROP FUNCTION message_words(text)"),
        migrations.CreateModel(
            name="HistoricalQuickReply",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(db_index=True, max_length=40)),
                (
                    "text",
                    models.TextField(
                        help_text="{name} becomes the customer's name when it is picked.",
                        max_length=1000,
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(default=0, help_text="The smallest comes first."),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.CharField(max_length=100, null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quick reply",
                "verbose_name_plural": "historical quick replies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="QuickReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=40, unique=True)),
                (
                    "text",
                    models.TextField(
                        help_text="{name} becomes the customer's name when it is picked.",
                        max_length=1000,
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(default=0, help_text="The smallest comes first."),
                ),
            ],
            options={
                "verbose_name_plural": "quick replies",
                "ordering": ["position", "title"],
            },
        ),
        migrations.AddField(
            model_name="chat",
            name="assigned_to",
            field=models.ForeignKey(
                blank=True,
                help_text="Who of the staff looks after it; empty: whoever comes first",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="chat",
            name="read_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="chat",
            name="read_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="chat",
            name="read_position",
            field=models.BigIntegerField(
                default=0, help_text="The newest message that somebody at the desk saw"
            ),
        ),
        migrations.AddField(
            model_name="chat",
            name="settled_position",
            field=models.BigIntegerField(
                default=0, help_text="Up to this message staff said that none needs an answer"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=django.contrib.postgres.indexes.GinIndex(
                whatsapp.models.messages.MessageWords("text"), name="message_by_words"
            ),
        ),
        migrations.AddField(
            model_name="historicalquickreply",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
