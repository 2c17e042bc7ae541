"""From the bytes of a photo or PDF to the rows of a ledger page: pure, no tables, no queue."""
