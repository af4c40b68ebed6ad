"""The built-in addon `base`: users and their organisation, dictionary, numbering, attachments, history, recycle bin.

Same anatomy as any other addon, always enabled, and known to every other addon without being named in ``depends``.
Layer: above web and jobs, below app; it imports `core.orm` directly because core never imports `core.api`.
"""
