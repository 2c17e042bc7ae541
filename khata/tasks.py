"""What the queue runs; each task calls one rule."""

from procrastinate.contrib.django import app

from khata import jobs, recording, sealing, snapshots


@app.task(name=jobs.READ_UPLOAD)
def read_upload(upload_id: int) -> None:
    recording.read_upload(upload_id)


@app.periodic(cron="* * * * *")
@app.task(name="khata.seal", queueing_lock="khata.seal")
def seal_ledger(timestamp: int) -> None:
    sealing.seal_all()


@app.periodic(cron="47 22 * * *")
@app.task(name="khata.snapshot", queueing_lock="khata.snapshot")
def take_snapshots(timestamp: int) -> None:
    snapshots.take_snapshots()
