"""What an operator does: topology, lag, publishing, following, dead letters."""
