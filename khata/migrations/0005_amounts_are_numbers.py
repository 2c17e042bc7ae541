"""NaN is above zero and equal to itself in PostgreSQL: two such lines would balance."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("khata", "0004_row_checked")]

    operations = [
        migrations.AddConstraint(
            model_name="ledgerline",
            constraint=models.CheckConstraint(
                condition=Q(debit__lt=10**11, credit__lt=10**11), name="line_amounts_are_numbers"
            ),
        ),
    ]
