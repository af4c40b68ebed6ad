from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "crm_stock"
    actions = {
        "crm.warehouse": ["close_opening"],
        "crm.stock.document": ["request", "confirm", "reverse", "cancel", "list_stock", "take_back_rest"],
    }
