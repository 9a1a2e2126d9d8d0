"""The `copydesk` command."""
