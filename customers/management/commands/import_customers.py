"""manage.py import_customers FILE: customers from a spreadsheet."""

from customers.importing import CustomerImporter
from customers.imports.terminal import ImportCommand


class Command(ImportCommand):
    help = (
        "Takes customers over from a CSV or XLSX file: whoever has the phone or the e-mail is"
        " changed, others are made. Safe to run again; a run that broke off goes on."
    )
    importer = CustomerImporter
