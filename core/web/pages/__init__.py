"""The pages staff work in: lists, forms, charts … of any model, from its views (layer web; design 1.16).

One file per kind of page makes its plain data; what it looks like is `core.render`'s. All of them read through ``env["model"]``.
"""
