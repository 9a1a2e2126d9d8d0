"""Webhooks by the Standard Webhooks convention: receivers are told of new claims."""
