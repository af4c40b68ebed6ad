"""Print templates: every record becomes a PDF by a template that users design themselves."""
