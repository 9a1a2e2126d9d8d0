"""The desk: HTTP API and web pages over the store."""
