from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0015_guests_by_email")]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("payment_status", "unpaid")),
                fields=["channel", "-created_at", "-id"],
                name="order_unpaid_by_channel_newest",
            ),
        ),
    ]
