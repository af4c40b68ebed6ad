"""`AddonContract`: what every addon owes its users, as tests that an addon gets for five lines; layer ``core.testing``.

    from core.testing import AddonContract


    class TestContract(AddonContract):
        addon = "crm_loyalty"

Each test looks at one thing and says what is wrong where, and what to do. An exemption is written as such: ``test_… = None`` in the
subclass, with a comment that gives the reason.
"""

from __future__ import annotations

from typing import Any, ClassVar


class AddonContract:
    """The contract suite. ``contract`` is a fixture of `core.testing.contract_fixtures`."""

    addon: ClassVar[str] = ""
    """Name of the addon; empty takes the folder in which the test lies."""
    actions: ClassVar[dict[str, list[str]] | None] = None
    """Pins what may be called from outside: model → names of actions and transitions. None pins nothing."""

    def test_manifest_is_valid(self, contract: Any) -> None:
        """``manifest.yaml`` keeps its schema and says what the admin page shows."""
        contract.check("structure.manifest_is_valid")

    def test_addon_can_be_loaded(self, contract: Any) -> None:
        """The addon is found, imports, and its definitions make a registry."""
        contract.check("structure.addon_can_be_loaded")

    def test_imports_are_declared(self, contract: Any) -> None:
        """Of ours an addon imports `core.api`, in tests `core.testing`, and the ``api.py`` of addons its manifest depends on."""
        contract.check("structure.imports_are_declared")

    def test_references_are_declared(self, contract: Any) -> None:
        """Ids of other addons are used only of those that the manifest depends on, directly or not."""
        contract.check("structure.references_are_declared")

    def test_dependencies_are_used(self, contract: Any) -> None:
        """Every addon in ``depends`` is needed for something: a model, an id, a hook or an import."""
        contract.check("structure.dependencies_are_used")

    def test_files_are_loaded(self, contract: Any) -> None:
        """There is no file that nobody reads: a misspelt folder, a view that is no YAML, rights in a folder below ``security``."""
        contract.check("structure.files_are_loaded")

    def test_package_has_a_docstring(self, contract: Any) -> None:
        """``__init__.py`` says in one docstring what the addon adds, and holds no code."""
        contract.check("structure.package_has_a_docstring")

    def test_readme_is_present(self, contract: Any) -> None:
        """``README.md`` says what the addon does, for whom, and which hooks it offers."""
        contract.check("structure.readme_is_present")

    def test_tests_use_no_demo_data(self, contract: Any) -> None:
        """Tests make their records by factories; demo data may change at any time."""
        contract.check("structure.tests_use_no_demo_data")

    def test_models_have_labels(self, contract: Any) -> None:
        """Every model says in ``_label`` what one record is called; every choice of a selection has a label."""
        contract.check("models.models_have_labels")

    def test_models_have_docstrings(self, contract: Any) -> None:
        """Every definition says in its docstring what it is or adds."""
        contract.check("models.models_have_docstrings")

    def test_models_have_access(self, contract: Any) -> None:
        """Every model is opened to somebody; what nobody is given, nobody has."""
        contract.check("access.models_have_access")

    def test_groups_are_there(self, contract: Any) -> None:
        """Rights, rules and limits name groups of the addon itself and of addons it needs."""
        contract.check("access.groups_are_there")

    def test_groups_are_labelled(self, contract: Any) -> None:
        """Every group and special right has a label, which the page of roles shows."""
        contract.check("access.groups_are_labelled")

    def test_selections_are_sound(self, contract: Any) -> None:
        """A selection has choices, and its default is one of them."""
        contract.check("models.selections_are_sound")

    def test_actions_are_sound(self, contract: Any) -> None:
        """What may be called from outside has a label, existing groups and states, and is what the test class pins in ``actions``."""
        contract.check("models.actions_are_sound")

    def test_views_are_valid(self, contract: Any) -> None:
        """Views, menus and panels keep their schema, and everything they name is there."""
        contract.check("views.views_are_valid")

    def test_patches_find_their_targets(self, contract: Any) -> None:
        """Every patch applies to a view and a node that exist."""
        contract.check("views.patches_find_their_targets")

    def test_views_are_reachable(self, contract: Any) -> None:
        """A declared view is the one its model shows, or some view, menu, panel or action of the addon names it."""
        contract.check("views.views_are_reachable")

    def test_menus_can_be_used(self, contract: Any) -> None:
        """Who sees a menu may also read the model it leads to."""
        contract.check("views.menus_can_be_used")

    def test_texts_are_translated(self, contract: Any) -> None:
        """Every text a user sees is translated into every language of the interface."""
        contract.check("texts.texts_are_translated")

    def test_hooks_match_specifications(self, contract: Any) -> None:
        """Every hook that ``hooks.py`` implements is offered by the core or an addon it needs, with these arguments."""
        contract.check("texts.hooks_match_specifications")

    def test_hooks_offered_are_documented(self, contract: Any) -> None:
        """Every hook the addon offers says in its docstring when it is called, and stands in the README."""
        contract.check("texts.hooks_offered_are_documented")

    def test_migrations_are_named_by_versions(self, contract: Any) -> None:
        """A migration is called ``<version>.py``, has ``before(env)`` or ``after(env)``, and is not ahead of the manifest."""
        contract.check("lifecycle.migrations_are_named_by_versions")

    def test_defaults_work(self, contract: Any, env: Any) -> None:
        """Every default can be computed and fits its field."""
        contract.check("models.defaults_work", env)

    def test_computed_fields_work(self, contract: Any, env: Any) -> None:
        """Computed fields can be computed for a record in which nothing is filled in, as a new form shows it."""
        contract.check("models.computed_fields_work", env)

    def test_relations_lead_somewhere(self, contract: Any, env: Any) -> None:
        """Lines have their way back, lookups their dictionary, and numbers their rule."""
        contract.check("models.relations_lead_somewhere", env)

    def test_models_can_be_read(self, contract: Any, env: Any) -> None:
        """Every model can be listed, counted and read with all its fields, with a record in it."""
        contract.check("models.models_can_be_read", env)

    def test_rules_compile(self, contract: Any, env: Any) -> None:
        """Every rule becomes SQL that the database understands, for each operation and a member of each of its groups."""
        contract.check("access.rules_compile", env)

    def test_data_loads_twice_without_change(self, contract: Any, copied_app: Any) -> None:
        """Loading the addon's records again changes nothing."""
        contract.check("lifecycle.data_loads_twice_without_change", copied_app)

    def test_can_be_disabled_and_enabled(self, contract: Any, copied_app: Any) -> None:
        """Disabling keeps the data, enabling brings everything back, and what the addon stands on works meanwhile."""
        contract.check("lifecycle.can_be_disabled_and_enabled", copied_app)

    def test_leaves_nothing_when_removed(self, contract: Any, copied_app: Any) -> None:
        """Removing takes away every table, column, record and note of the addon, and nothing else of what it stands on."""
        contract.check("lifecycle.leaves_nothing_when_removed", copied_app)

    def test_demo_loads(self, contract: Any, empty_app: Any) -> None:
        """The demo data load; ``app`` has an empty database."""
        contract.check("lifecycle.demo_loads", empty_app)
