"""What the queue runs by the clock; each task calls one rule."""

from procrastinate.contrib.django import app

from orders import scoring


@app.periodic(cron="23 21 * * *")
@app.task(name="orders.score", queueing_lock="orders.score")
def score_customers(timestamp: int) -> None:
    scoring.compute_scores()
