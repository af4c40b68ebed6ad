from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "base_discuss"
    # No role reads these models: comments are shown by the addon's pages only, with the rights on the record they belong to.
    test_models_can_be_read = None
