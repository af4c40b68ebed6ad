"""Pydantic models of what stands in ``views/*.yaml``: views, patches, menus, panels (layer views).

A file has the keys ``views``, ``menus`` and ``panels``, each a list. An entry of ``views`` with ``inherit`` patches another view;
any other declares one. Parts of a view that hold nodes are its *slots*; they become the top nodes ``<slot>/main`` of the tree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from core.errors import ViewError
from core.i18n import _
from core.plugins.yamlfile import FileModel
from core.views.nodes import (
    ButtonItem,
    ColumnItem,
    ContentItem,
    DimensionItem,
    FieldItem,
    FigureItem,
    FilterItem,
    HeaderItem,
    MeasureItem,
    Progress,
    SideItem,
)
from core.views.vocabulary import (
    DATE_KINDS,
    NUMBER_KINDS,
    Condition,
    Decorations,
    Domain,
    FieldPath,
    Groups,
    Holds,
    Limit,
    Measures,
    MeasureText,
    Name,
    Names,
    Order,
    Paths,
    PathText,
    Text,
    ViewId,
    Widget,
    listed,
)


class ViewModel(FileModel):
    """What all views share."""

    SLOTS: ClassVar[tuple[str, ...]] = ()
    """Keys that hold nodes; the first is the main one."""
    NEEDED: ClassVar[tuple[str, ...]] = ()
    """Attributes and slots without which the view can't be shown."""
    QUALIFIED: ClassVar[frozenset[str]] = frozenset()
    """Slots whose nodes are called ``kind/<slot>.<name>``, because they may show again what the main slot shows."""

    id: Name
    model: Annotated[str, Holds("model")]
    title: Text = None
    sequence: int = 10
    """Of several views of one type the lowest is the model's default."""
    groups: Groups = []
    search: ViewId = None
    """Search view used above; None takes the model's default."""
    domain: Domain = None
    """Conditions that always hold in this view."""
    defaults: dict[str, Any] | None = None
    """Values for a record created from this view."""
    empty: Text = None
    """Hint shown when there are no records."""
    create: bool | None = None
    edit: bool | None = None
    delete: bool | None = None
    options: dict[str, Any] | None = None


class ListView(ViewModel):
    """Records as rows."""

    SLOTS: ClassVar[tuple[str, ...]] = ("columns", "actions")
    NEEDED: ClassVar[tuple[str, ...]] = ("columns",)

    type: Literal["list"]
    columns: list[ColumnItem]
    actions: list[ButtonItem] = []
    """Batch actions, for the rows selected."""
    order: Order = None
    limit: Limit = None
    """Rows of a page."""
    group: Annotated[list[MeasureText] | MeasureText | None, Holds("by")] = None
    """What rows are grouped by at first."""
    decorations: Decorations = None
    """Tint of a row by condition."""
    editable: bool | None = None
    """Cells can be edited in place."""
    open: ViewId = None
    """Form a row opens; None takes the model's default, and inline tables have none."""
    leads_to: FieldPath = None
    """A many2one whose record a row opens instead of its own, such as the document of a line in a ledger."""
    category: FieldPath = None
    """Field shown as the category tree beside the list (CORE-44)."""


class FormView(ViewModel):
    """One record.

    ``header``: buttons, states and badges; ``subtitle``: the quiet line below; ``figures``: the strip of key figures; ``body``: sections
    and notebooks; ``side``: tabs and blocks beside it.
    """

    SLOTS: ClassVar[tuple[str, ...]] = ("body", "header", "subtitle", "figures", "side")
    NEEDED: ClassVar[tuple[str, ...]] = ("body",)
    QUALIFIED: ClassVar[frozenset[str]] = frozenset({"header", "subtitle"})

    type: Literal["form"]
    body: list[ContentItem]
    header: list[HeaderItem] = []
    subtitle: list[FieldItem] = []
    figures: list[FigureItem] = []
    side: list[SideItem] = []
    edit: Condition = None  # type: ignore[assignment]  # a form asks it of its record
    """Whether the record may be changed here, by an expression on wish, such as ``record.state == 'draft'``; None: whoever has the right."""
    name: FieldPath = None
    """Field shown as the heading; None takes what names a record."""
    width: Literal["normal", "wide"] | None = None


class KanbanView(ViewModel):
    """Cards in columns."""

    SLOTS: ClassVar[tuple[str, ...]] = ("card",)
    NEEDED: ClassVar[tuple[str, ...]] = ("group_by", "card")

    type: Literal["kanban"]
    group_by: Annotated[PathText, Holds("path")]
    card: list[FieldItem]
    sum: Annotated[PathText | None, Holds("path", NUMBER_KINDS)] = None
    """Number summed up at the head of a column."""
    progress: Annotated[Progress | None, Holds("progress")] = None
    color: FieldPath = None
    decorations: Decorations = None
    fold: list[str] | None = None
    """Values of ``group_by`` whose columns begin folded."""
    order: Order = None
    limit: Limit = None
    """Cards of a column before the rest is folded."""
    draggable: bool | None = None


class CalendarView(ViewModel):
    """Records on days and hours."""

    SLOTS: ClassVar[tuple[str, ...]] = ("card",)
    NEEDED: ClassVar[tuple[str, ...]] = ("start",)

    type: Literal["calendar"]
    start: Annotated[PathText, Holds("path", DATE_KINDS)]
    end: Annotated[PathText | None, Holds("path", DATE_KINDS)] = None
    event: FieldPath = None
    """Field shown as the text of an event; None takes what names a record."""
    all_day: Annotated[PathText | None, Holds("path", frozenset({"boolean"}))] = None
    done: Annotated[PathText | None, Holds("path")] = None
    """Field that is set once an event is done."""
    person: FieldPath = None
    """Field that says whose event it is."""
    color: FieldPath = None
    card: list[FieldItem] = []
    mode: Literal["day", "week", "month"] | None = None
    decorations: Decorations = None


class ChartView(ViewModel):
    """Numbers by one or two dimensions, with their table."""

    SLOTS: ClassVar[tuple[str, ...]] = ("measure", "by")
    NEEDED: ClassVar[tuple[str, ...]] = ("measure", "by")

    type: Literal["chart"]
    chart: Literal["bar", "line", "pie", "funnel"] = "bar"
    measure: Annotated[
        list[MeasureItem], BeforeValidator(listed, json_schema_input_type=str | list[MeasureItem]), Field(min_length=1)
    ]
    by: Annotated[
        list[DimensionItem],
        BeforeValidator(listed, json_schema_input_type=str | list[DimensionItem]),
        Field(min_length=1),
    ]
    stacked: bool | None = None
    order: str | None = None
    limit: Limit = None


class PivotView(ViewModel):
    """Numbers in a table of two dimensions."""

    SLOTS: ClassVar[tuple[str, ...]] = ("rows", "columns", "measures")
    NEEDED: ClassVar[tuple[str, ...]] = ("measures",)
    QUALIFIED: ClassVar[frozenset[str]] = frozenset({"columns"})

    type: Literal["pivot"]
    rows: list[DimensionItem] = []
    columns: list[DimensionItem] = []
    measures: list[MeasureItem] = Field(min_length=1)


class SearchView(ViewModel):
    """How records are looked for: quick fields, ready filters, groupings."""

    SLOTS: ClassVar[tuple[str, ...]] = ("fields", "filters", "group_by")

    type: Literal["search"]
    fields: list[FieldItem] = []
    filters: list[FilterItem] = []
    group_by: list[DimensionItem] = []
    category: FieldPath = None


VIEW_MODELS: dict[str, type[ViewModel]] = {
    "list": ListView,
    "form": FormView,
    "kanban": KanbanView,
    "calendar": CalendarView,
    "chart": ChartView,
    "pivot": PivotView,
    "search": SearchView,
}


class Operation(FileModel):
    """One change of a view. Exactly one of ``before after inside replace remove set`` names the node, as ``kind/name``.

    ``set`` takes the new values under ``values`` or beside it; null removes a value. What ``add`` and ``with`` hold is checked when
    the target is known.
    """

    model_config = ConfigDict(extra="allow", frozen=True)

    before: str | None = None
    after: str | None = None
    inside: str | None = None
    replace: str | None = None
    remove: str | Annotated[list[str], Field(min_length=1)] | None = None
    set: str | None = None
    add: list[Any] | None = None
    at: Literal["start", "end"] = "end"
    """For ``inside``: before or behind what is there."""
    put: list[Any] | None = Field(None, alias="with")
    values: dict[str, Any] | None = None

    VERBS: ClassVar[tuple[str, ...]] = ("before", "after", "inside", "replace", "remove", "set")

    @model_validator(mode="before")
    @classmethod
    def _lists(cls, data: Any) -> Any:
        """Let a single node stand for a list of one."""
        if not isinstance(data, dict):
            return data
        return {
            key: [value] if key in ("add", "with") and value is not None and not isinstance(value, list) else value
            for key, value in data.items()
        }

    @model_validator(mode="after")
    def _one_verb(self) -> Operation:
        given = [verb for verb in self.VERBS if getattr(self, verb) is not None]
        if len(given) != 1:
            message = _("A patch needs exactly one of: %(verbs)s.", verbs=", ".join(self.VERBS))
            raise ValueError(ViewError(message, code="view.patch"))
        verb = given[0]
        if verb in ("before", "after", "inside") and self.add is None:
            raise ValueError(ViewError(_('"%(verb)s" needs "add".', verb=verb), code="view.patch"))
        if verb == "replace" and self.put is None and self.add is None:
            raise ValueError(ViewError(_('"replace" needs "with".'), code="view.patch"))
        if verb == "set" and not self.changes:
            raise ValueError(ViewError(_('"set" needs at least one value.'), code="view.patch"))
        return self

    @property
    def verb(self) -> str:
        """Which of the six it is."""
        return next(verb for verb in self.VERBS if getattr(self, verb) is not None)

    @property
    def targets(self) -> list[str]:
        """Addresses of the nodes it changes; several only for ``remove``."""
        value = getattr(self, self.verb)
        return list(value) if isinstance(value, list) else [value]

    @property
    def items_key(self) -> str:
        """The key the new nodes stand under."""
        return "with" if self.verb == "replace" and self.put is not None else "add"

    @property
    def items(self) -> list[Any]:
        """The new nodes as written; empty for ``remove`` and ``set``."""
        return list((self.put if self.items_key == "with" else self.add) or [])

    @property
    def changes(self) -> dict[str, Any]:
        """The values that ``set`` gives."""
        return {**(self.model_extra or {}), **(self.values or {})}


class PatchModel(FileModel):
    """An entry of ``views`` that changes another view: ``{id, inherit, patch: […]}``."""

    id: Name | None = None
    inherit: Name
    """Id of the view; ``<model>:<type>`` names the generated one of a model that declares none."""
    patch: list[Operation]


class MenuModel(FileModel):
    """An entry of the navigation."""

    id: Name
    label: Annotated[str, Holds("text")]
    parent: Name | None = None
    model: Annotated[str | None, Holds("model")] = None
    views: Names | None = None
    """Types or ids of the views offered, the first is shown; None takes all the model has."""
    view: ViewId = None
    domain: Domain = None
    defaults: dict[str, Any] | None = None
    groups: Groups = []
    icon: Name | None = None
    sequence: int | float = 10
    url: str | None = None
    """A page of ours (``/modules``) or another address (http or https), instead of a model."""
    count: bool | None = None
    """Show the number of records beside the label; only where someone acts on it."""
    labels: dict[str, str] | None = None
    """Label by language, as an administrator words it; all other languages take ``label``."""
    hidden: bool | None = None
    """Not shown, with all below it. No right is taken by it."""
    scheme: int | None = None
    """Id of a saved search that the list opens with for those who see that search; for menus an administrator adds."""


class PanelModel(FileModel):
    """A panel of the workbench or another place: a chart, a key figure, a list, or a widget of its own."""

    id: Name
    place: Name
    """Where it stands, such as ``workbench``."""
    label: Annotated[str, Holds("text")]
    model: Annotated[str | None, Holds("model")] = None
    chart: Literal["bar", "line", "pie", "funnel"] | None = None
    measure: Annotated[Measures | None, Holds("measure")] = None
    """What is summed up; without ``by`` it is shown as a key figure."""
    by: Annotated[Measures | None, Holds("by")] = None
    columns: Annotated[Paths | None, Holds("path")] = None
    """Shows a list of records with these fields."""
    view: ViewId = None
    """Shows another view."""
    widget: Widget = None
    url: str | None = None
    """Shows what a route of the addon answers: a part of a page, at an address such as ``/x/crm_loyalty/best``."""
    domain: Domain = None
    """Beside a record, as on a page of an addon, ``{{ record }}`` stands for its id here, in ``defaults`` and in ``url``."""
    defaults: dict[str, Any] | None = None
    """Values for a record made from the panel; given, even empty, the panel offers to make one."""
    order: str | None = None
    limit: Limit = None
    groups: Groups = []
    sequence: int = 10
    width: Annotated[int | None, Field(ge=1, le=12)] = None
    """Twelfths of the page's width; None lets the page decide."""
    icon: Name | None = None
    help: Text = None
    options: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _has_content(self) -> PanelModel:
        if not (self.measure or self.columns or self.view or self.widget or self.url):
            message = _("A panel needs one of: measure, columns, view, widget, url.")
            raise ValueError(ViewError(message, code="view.panel"))
        if self.model is None and (self.measure or self.columns):
            raise ValueError(ViewError(_('A panel with figures or columns needs "model".'), code="view.panel"))
        if self.chart and not (self.measure and self.by):
            raise ValueError(ViewError(_('A chart needs "measure" and "by".'), code="view.panel"))
        return self


if TYPE_CHECKING:
    ViewItem: TypeAlias = ViewModel | PatchModel
else:
    ViewItem = (
        PatchModel
        | Annotated[
            ListView | FormView | KanbanView | CalendarView | ChartView | PivotView | SearchView,
            Field(discriminator="type"),
        ]
    )


class ViewsFile(FileModel):
    """A whole file; used for the JSON Schema, files themselves are checked entry by entry."""

    views: list[ViewItem] = []
    menus: list[MenuModel] = []
    panels: list[PanelModel] = []
