"""The four stages' own code in one process, without servers."""
