"""What the worker runs for WhatsApp; the rows say what is still due."""

from procrastinate.contrib.django import app

from whatsapp import inbound, media, notices, queueing, sending


@app.task(name=queueing.PROCESS_EVENT)
def process_event(event_id: int) -> None:
    inbound.process_event(event_id)


@app.task(name=queueing.SEND_MESSAGE)
def send_message(message_id: int) -> None:
    sending.send_message(message_id)


@app.task(name=queueing.FETCH_MEDIA)
def fetch_media(media_id: int) -> None:
    media.fetch_media(media_id)


@app.task(name=queueing.WRITE_NOTICE)
def write_notice(notice_id: int) -> None:
    notices.write_notice(notice_id)
