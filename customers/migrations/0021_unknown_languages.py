from django.db import migrations, models

HELP = "Empty: not known"


def forget_the_default(apps, schema_editor):
    """Every row began as English, so English said nothing of the person; now empty says so."""
    apps.get_model("customers", "Customer").objects.filter(language="en").update(language="")


def assume_english(apps, schema_editor):
    apps.get_model("customers", "Customer").objects.filter(language="").update(language="en")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0020_how_dates_are_written"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="language",
            field=models.CharField(blank=True, help_text=HELP, max_length=5),
        ),
        migrations.AlterField(
            model_name="historicalcustomer",
            name="language",
            field=models.CharField(blank=True, help_text=HELP, max_length=5),
        ),
        migrations.RunPython(forget_the_default, assume_english),
    ]
