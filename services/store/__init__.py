"""The shared store: tables, migrations, one module of queries for each kind of record, the ledger."""
