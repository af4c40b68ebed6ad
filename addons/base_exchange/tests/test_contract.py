from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "base_exchange"
    actions = {}
