from django.db import migrations

UNITS = [
    ("pc", "piece", False),
    ("pair", "pair", False),
    ("set", "set", False),
    ("dozen", "dozen", False),
    ("pkt", "packet", False),
    ("box", "box", False),
    ("bundle", "bundle", False),
    ("roll", "roll", False),
    ("bottle", "bottle", False),
    ("tin", "tin", False),
    ("can", "can", False),
    ("jar", "jar", False),
    ("pack", "pack", False),
    ("pouch", "pouch", False),
    ("case", "case", False),
    ("carton", "carton", False),
    ("bag", "bag", False),
    ("kg", "kilogram", True),
    ("g", "gram", True),
    ("l", "litre", True),
    ("m", "metre", True),
]


def fill(apps, schema_editor):
    unit = apps.get_model("orders", "Unit")
    unit.objects.bulk_create(unit(code=c, name=n, divisible=d) for c, n, d in UNITS)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
