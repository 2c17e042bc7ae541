"""manage.py import_products FILE: products from a spreadsheet."""

from customers.imports.terminal import ImportCommand
from orders.imports.products import ProductImporter


class Command(ImportCommand):
    help = (
        "Takes products over from a CSV or XLSX file, by SKU, new ones with their opening stock."
        " Safe to run again; a run that broke off goes on."
    )
    importer = ProductImporter
