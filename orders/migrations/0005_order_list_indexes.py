from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_cache_table"),
        ("orders", "0004_checkout"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                fields=["payment_status", "-created_at"], name="order_by_payment_status"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["-total", "id"], name="order_by_total"),
        ),
    ]
