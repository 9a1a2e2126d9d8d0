"""The ledger in the forms of others: schema.org, Web Annotation, RSS and Atom."""
