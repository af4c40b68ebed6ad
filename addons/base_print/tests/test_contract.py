from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "base_print"
    actions = {"base.print.template": ["make_default"]}
