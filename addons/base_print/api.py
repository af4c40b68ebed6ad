"""What other addons may use of printing."""

from addons.base_print.services.print_records import Printed, may_print, print_records, templates_for

__all__ = ["Printed", "may_print", "print_records", "templates_for"]
