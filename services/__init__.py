"""The workers and what they stand on: one folder, one job."""
