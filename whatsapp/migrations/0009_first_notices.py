"""A row for each event that customers may hear of, on, with words in three languages.

Nothing leaves by it alone: only who agreed to notices gets them, and outside of the 24
hours only by a template that the shop chooses.
"""

from django.db import migrations

WORDS = {
    "received": {
        "en": "Hello {customer_name}, we have your order {order_reference}: {items}.\n"
        "Total {total}. We tell you when it is confirmed.",
        "hi": "नमस्ते {customer_name}, आपका ऑर्डर {order_reference} मिल गया: {items}.\n"
        "कुल {total}. पक्का होते ही बताएँगे।",
        "gu": "નમસ્તે {customer_name}, તમારો ઓર્ડર {order_reference} મળ્યો: {items}.\n"
        "કુલ {total}. પાકો થાય એટલે જણાવીશું.",
    },
    "confirmed": {
        "en": "Your order {order_reference} is confirmed: {items}.\nTotal {total}.",
        "hi": "आपका ऑर्डर {order_reference} पक्का हो गया: {items}.\nकुल {total}.",
        "gu": "તમારો ઓર્ડર {order_reference} પાકો થયો: {items}.\nકુલ {total}.",
    },
    "processing": {
        "en": "We are packing your order {order_reference}.",
        "hi": "आपका ऑर्डर {order_reference} पैक हो रहा है।",
        "gu": "તમારો ઓર્ડર {order_reference} પેક થઈ રહ્યો છે.",
    },
    "shipped": {
        "en": "Your order {order_reference} is on its way.\nTracking: {carrier} {tracking_number}",
        "hi": "आपका ऑर्डर {order_reference} रवाना हो गया।\nट्रैकिंग: {carrier} {tracking_number}",
        "gu": "તમારો ઓર્ડર {order_reference} રવાના થયો.\nટ્રૅકિંગ: {carrier} {tracking_number}",
    },
    "delivered": {
        "en": "Your order {order_reference} is delivered. Thank you! {shop_name}",
        "hi": "आपका ऑर्डर {order_reference} पहुँच गया। धन्यवाद! {shop_name}",
        "gu": "તમારો ઓર્ડર {order_reference} પહોંચી ગયો. આભાર! {shop_name}",
    },
    "cancelled": {
        "en": "Your order {order_reference} is cancelled. Write to us if that is not right.",
        "hi": "आपका ऑर्डर {order_reference} रद्द हो गया। ग़लत हो तो हमें लिखें।",
        "gu": "તમારો ઓર્ડર {order_reference} રદ થયો. ખોટું હોય તો અમને લખો.",
    },
    "payment_reminder": {
        "en": "Hello {customer_name}, a kind reminder from {shop_name}: "
        "{amount_due} is still open.",
        "hi": "नमस्ते {customer_name}, {shop_name} की ओर से याद: {amount_due} बाक़ी है।",
        "gu": "નમસ્તે {customer_name}, {shop_name} તરફથી યાદ: {amount_due} બાકી છે.",
    },
}


def add_notices(apps, schema_editor):
    notices = apps.get_model("whatsapp", "Notice").objects
    wordings = apps.get_model("whatsapp", "NoticeWording").objects
    for event, words in WORDS.items():
        notice = notices.create(event=event)
        for language, text in words.items():
            wordings.create(notice=notice, language=language, text=text)


class Migration(migrations.Migration):
    dependencies = [("whatsapp", "0008_templates_and_notices")]
    operations = [migrations.RunPython(add_notices, migrations.RunPython.noop)]
