from core.testing import AddonContract


class TestContract(AddonContract):
    addon = "crm_competitor"
    actions = {"crm.competitor": ["follow", "unfollow"]}
