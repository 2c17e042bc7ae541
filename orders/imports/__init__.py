"""Products and past orders from spreadsheets."""
