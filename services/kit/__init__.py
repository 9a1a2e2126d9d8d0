"""What every worker stands on: settings, broker, stage, retries, health. No word of the domain."""
