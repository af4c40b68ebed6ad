"""Pages of the built-in addon: what needs its services, such as history, files and administration (layer base)."""
