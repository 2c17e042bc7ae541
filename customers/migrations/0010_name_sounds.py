from django.db import migrations

from customers.matching.clients import sound_of_name

STEP = 2000


def fill(apps, schema_editor):
    """What NameSoundField writes from now on."""
    customers = apps.get_model("customers", "Customer").objects
    last = 0
    while rows := list(customers.filter(pk__gt=last).only("name").order_by("pk")[:STEP]):
        for row in rows:
            row.name_sound = sound_of_name(row.name)[:240]
        customers.bulk_update(rows, ["name_sound"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_customers_in_full")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
