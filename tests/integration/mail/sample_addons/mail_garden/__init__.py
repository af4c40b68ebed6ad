"""Plants that want water: one model without a line about messages or reminders."""
