"""The encoder of Copydesk's models: word pieces, windows of paragraphs, and the sessions that read them."""
