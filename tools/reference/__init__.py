"""The pages of ``docs/reference``, each made from the code it describes; `tools.generate_reference` writes and checks them."""
