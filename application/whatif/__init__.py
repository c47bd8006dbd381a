"""What would have been under other numbers: a period's reports, decided again in memory."""
