"""Mail, SMS, rules that tell people what happens, reminders of dates, and the information centre where all of it is read."""
