"""What the queue runs; each task calls one rule."""

from procrastinate.contrib.django import app

from drafts import analysing, jobs, replying


@app.task(name=jobs.ANALYSE)
def run_analysis(analysis_id: int) -> None:
    analysing.run_analysis(analysis_id)


@app.task(name=jobs.REPLY)
def send_due_reply(draft_id: int) -> None:
    replying.send_due_reply(draft_id)
