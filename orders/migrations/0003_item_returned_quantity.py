from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_units")]

    operations = [
        migrations.AddField(
            model_name="orderitem",
            name="returned_quantity",
            field=models.DecimalField(
                decimal_places=3, default=0, help_text="How much of it came back.", max_digits=12
            ),
        ),
        migrations.AddConstraint(
            model_name="orderitem",
            constraint=models.CheckConstraint(
                condition=Q(returned_quantity__gte=0, returned_quantity__lte=F("quantity")),
                name="item_returned_at_most_once",
            ),
        ),
    ]
