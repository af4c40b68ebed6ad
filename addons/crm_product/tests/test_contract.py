from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "crm_product"
    actions = {"crm.product": ["stop", "put_on_sale"]}
