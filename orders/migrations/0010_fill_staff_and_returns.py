"""Who took older orders, from their timeline; and what their returned goods had cost."""

from django.db import migrations

TAKEN_BY = """
UPDATE orders_order SET taken_by_id = placed.actor_id
FROM orders_orderevent AS placed
JOIN customers_user AS actor ON actor.id = placed.actor_id AND actor.role IN ('seller', 'admin')
WHERE placed.order_id = orders_order.id AND placed.kind = 'placed'
"""
RETURNED = """
UPDATE orders_order SET returned_total =
    round(back.worth * (subtotal - discount) / subtotal, 2)
FROM (
    SELECT order_id, sum(subtotal * returned_quantity / quantity) AS worth
    FROM orders_orderitem WHERE returned_quantity > 0 GROUP BY order_id
) AS back
WHERE back.order_id = orders_order.id AND subtotal > 0
"""
# Less is owed for what came back, so some of these were paid and did not say so.
PAID = """
UPDATE orders_order SET payment_status = 'paid'
FROM (
    SELECT order_id, sum(amount) AS amount FROM orders_payment GROUP BY order_id
) AS paid
WHERE paid.order_id = orders_order.id AND returned_total > 0 AND payment_status = 'part_paid'
    AND paid.amount >= total - returned_total
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0009_refunds_and_back_orders")]

    operations = [
        migrations.RunSQL(sql, migrations.RunSQL.noop) for sql in (TAKEN_BY, RETURNED, PAID)
    ]
