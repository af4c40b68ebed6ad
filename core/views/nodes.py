"""Pydantic models of the nodes a view is made of (layer views).

A node is written as a mapping whose first key names its kind: ``{field: level, widget: badge}``, ``{page: points, label: Points, body:
[…]}``. Its address is ``kind/name``; ``name`` defaults to the value of that first key. A bare text is short for the kind usual at its
place (a column in a list, a field in a form).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import Field, model_validator

from core.plugins.yamlfile import FileModel
from core.views.union import Member, one_of
from core.views.vocabulary import (
    Condition,
    Decorations,
    Domain,
    FieldPath,
    Groups,
    Holds,
    Limit,
    MeasureText,
    Name,
    Order,
    PathText,
    Text,
    Tint,
    ViewId,
    Widget,
)


class NodeModel(FileModel):
    """What all nodes share."""

    KIND: ClassVar[str]
    KEY: ClassVar[str]
    """The key that names the node; usually the kind."""
    CHILDREN: ClassVar[tuple[str, ...]] = ()
    """Keys that hold child nodes."""
    NAMED: ClassVar[bool] = True
    """False if ``KEY`` holds more than a name (a field, say) and so stays among the attributes."""

    name: Name | None = None
    """Address of the node within the view, where the one made from the first key would not be unique."""
    label: Annotated[str | Literal[False] | None, Holds("text")] = None
    """Text shown; absent takes the field's or action's own, false shows none."""
    help: Text = None
    groups: Groups = []
    """Ids of groups; only their members see the node. Empty means everybody."""
    visible: Condition = None
    """When it shows. A condition over ``user``, ``company`` and ``today`` alone also takes columns and filters out."""
    options: dict[str, Any] | None = None
    """Free settings of the widget."""


class ValueNode(NodeModel):
    """A node that shows the value of a field."""

    NAMED: ClassVar[bool] = False

    widget: Widget = None
    readonly: Condition = None
    required: Condition = None
    decorations: Decorations = None
    placeholder: Text = None
    domain: Domain = None
    """Narrows what a selection box offers."""
    defaults: dict[str, Any] | None = None
    """Values for a record created from here."""


class ColumnNode(ValueNode):
    """A column of a list or inline table: ``name``, ``{field: amount, sum: true}``; ``{column: amount}`` says the same."""

    KIND: ClassVar[str] = "column"
    KEY: ClassVar[str] = "field"

    field: Annotated[PathText, Holds("path")]
    sum: bool | Literal["sum", "avg", "min", "max"] | None = None
    """Total over the whole result, not the page; true means ``sum``."""
    width: int | None = None
    """Width in pixels; None lets the longest label and value decide."""
    optional: Literal["show", "hide"] | bool | None = None
    """Whether a person may hide it: ``show`` (true) begins shown, ``hide`` begins hidden; None is always there."""
    align: Literal["start", "center", "end"] | None = None
    sortable: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _accept_column(cls, data: Any) -> Any:
        if isinstance(data, dict) and "column" in data and "field" not in data:
            return {"field": data["column"], **{key: value for key, value in data.items() if key != "column"}}
        return data


class FieldNode(ValueNode):
    """A field of a form, card or search; one to many records are shown as an inline table of ``columns``."""

    KIND: ClassVar[str] = "field"
    KEY: ClassVar[str] = "field"
    CHILDREN: ClassVar[tuple[str, ...]] = ("columns",)

    field: Annotated[PathText, Holds("path")]
    columns: list[ColumnItem] | None = None
    span: int | None = None
    """How many columns of its section it takes; None means one."""
    order: Order = None
    limit: Limit = None
    form: ViewId = None
    """Form that opens a line; None takes the model's own."""
    create: bool | None = None
    delete: bool | None = None
    editable: bool | None = None
    """Inline tables: edit in the cells (default) or in a form."""
    operator: str | None = None
    """Search: the operator the quick box uses; None takes the kind's usual one."""


class SectionNode(NodeModel):
    """A titled part of a form."""

    KIND: ClassVar[str] = "section"
    KEY: ClassVar[str] = "section"
    CHILDREN: ClassVar[tuple[str, ...]] = ("body",)

    section: Name
    columns: Annotated[int | None, Field(ge=1, le=4)] = None
    """Columns of fields side by side; None lets the page decide."""
    body: list[ContentItem] = []
    folded: bool | None = None
    """Begins as one line that unfolds."""


class GroupNode(NodeModel):
    """Fields kept together without a title of their own."""

    KIND: ClassVar[str] = "group"
    KEY: ClassVar[str] = "group"
    CHILDREN: ClassVar[tuple[str, ...]] = ("body",)

    group: Name
    columns: Annotated[int | None, Field(ge=1, le=4)] = None
    body: list[ContentItem] = []


class PageNode(NodeModel):
    """A tab of a notebook or of the side panel."""

    KIND: ClassVar[str] = "page"
    KEY: ClassVar[str] = "page"
    CHILDREN: ClassVar[tuple[str, ...]] = ("body",)

    page: Name
    icon: Name | None = None
    count: FieldPath = None
    """Field whose value (or number of rows) stands beside the title."""
    body: list[ContentItem] = []


class NotebookNode(NodeModel):
    """Tabs; addons add theirs with ``inside: notebook/main``."""

    KIND: ClassVar[str] = "notebook"
    KEY: ClassVar[str] = "notebook"
    CHILDREN: ClassVar[tuple[str, ...]] = ("pages", "body")

    notebook: Name
    pages: list[PageItem] = []
    body: list[PageItem] = []


class ButtonNode(NodeModel):
    """A button: an action or transition of the model, or a way to a view or address."""

    KIND: ClassVar[str] = "button"
    KEY: ClassVar[str] = "button"

    button: Name
    action: Annotated[Name | None, Holds("action")] = None
    """Name of the action; None takes the button's own name unless it leads elsewhere. With ``url``, the page that asks what the action needs: the
    button leads there, and shows to those who may call the action now."""
    open: ViewId = None
    url: str | None = None
    style: Literal["primary", "default", "ghost", "danger"] | None = None
    icon: Name | None = None
    confirm: Text = None
    """Question asked before."""
    with_save: bool = False
    """Offered beside "Save" as well while the form is edited: saves, and calls the action at once; both or neither."""
    domain: Domain = None
    """Narrows the view it opens."""
    defaults: dict[str, Any] | None = None
    key: str | None = None
    """Keyboard shortcut."""


class StatusNode(NodeModel):
    """The states of a record as a line of steps: ``{status: state}``."""

    KIND: ClassVar[str] = "status"
    KEY: ClassVar[str] = "status"
    NAMED: ClassVar[bool] = False

    status: Annotated[PathText, Holds("path", frozenset({"selection", "lookup", "many2one"}))]
    steps: list[str] | None = None
    """States shown even when the record is in none of them; None means all."""
    colors: dict[str, Tint] | None = None


class RelatedNode(NodeModel):
    """Records of another model that point to this one: ``{related: orders, model: sales.order, by: customer, columns: […]}``."""

    KIND: ClassVar[str] = "related"
    KEY: ClassVar[str] = "related"
    CHILDREN: ClassVar[tuple[str, ...]] = ("columns",)

    related: Name
    model: Annotated[str, Holds("model")]
    by: Annotated[PathText, Holds("inverse")]
    """Field of the other model that holds this record; a record created here is linked by it (CORE-36)."""
    take: Annotated[list[PathText] | None, Holds("path", frozenset({"many2one"}))] = None
    """Relations that both models have by the same name, such as the customer: a record created here begins with those of this one."""
    columns: list[ColumnItem] | None = None
    domain: Domain = None
    order: Order = None
    limit: Limit = None
    create: bool | None = None
    view: ViewId = None


class HtmlNode(NodeModel):
    """A fixed text; ``content`` is HTML that the renderer sanitises."""

    KIND: ClassVar[str] = "html"
    KEY: ClassVar[str] = "html"

    html: Name
    content: Annotated[str, Holds("text")]


class BlockNode(NodeModel):
    """A part drawn by a widget that is bound to the record as a whole, such as history or files."""

    KIND: ClassVar[str] = "block"
    KEY: ClassVar[str] = "block"

    block: Name
    widget: Widget = None
    """The widget; None takes the one called like the block."""


class FigureNode(ValueNode):
    """A key figure of the record's header strip; addons add one each."""

    KIND: ClassVar[str] = "figure"
    KEY: ClassVar[str] = "figure"

    figure: Annotated[PathText, Holds("path")]
    open: ViewId = None
    """View that the figure leads to."""


class FilterNode(NodeModel):
    """A ready-made filter of a search view."""

    KIND: ClassVar[str] = "filter"
    KEY: ClassVar[str] = "filter"

    filter: Name
    domain: Domain
    default: bool | None = None


class DimensionNode(NodeModel):
    """What records are grouped by: ``owner``, ``date:month``."""

    KIND: ClassVar[str] = "by"
    KEY: ClassVar[str] = "by"
    NAMED: ClassVar[bool] = False

    by: Annotated[MeasureText, Holds("by")]
    default: bool | None = None


class MeasureNode(NodeModel):
    """A number summed up over records: ``points:sum``, ``id:count``."""

    KIND: ClassVar[str] = "measure"
    KEY: ClassVar[str] = "measure"
    NAMED: ClassVar[bool] = False

    measure: Annotated[MeasureText, Holds("measure")]
    widget: Widget = None


class Progress(FileModel):
    """The bar over a kanban column: share of records by the value of a field."""

    field: PathText
    colors: dict[str, Tint] = {}


if TYPE_CHECKING:
    ColumnItem: TypeAlias = NodeModel
    ContentItem: TypeAlias = NodeModel
    PageItem: TypeAlias = NodeModel
    ButtonItem: TypeAlias = NodeModel
    HeaderItem: TypeAlias = NodeModel
    FieldItem: TypeAlias = NodeModel
    FigureItem: TypeAlias = NodeModel
    SideItem: TypeAlias = NodeModel
    FilterItem: TypeAlias = NodeModel
    DimensionItem: TypeAlias = NodeModel
    MeasureItem: TypeAlias = NodeModel
else:
    _FIELD = Member(FieldNode)
    _BUTTON = Member(ButtonNode)
    _STATUS = Member(StatusNode)
    _BLOCK = Member(BlockNode)
    _HTML = Member(HtmlNode)
    _CONTENT = (
        _FIELD, Member(SectionNode), Member(GroupNode), Member(NotebookNode), _BUTTON, _STATUS, Member(RelatedNode), _HTML, _BLOCK,
    )  # fmt: skip

    ColumnItem = one_of(Member(ColumnNode, short=True, also=("column",)))
    ContentItem = one_of(Member(FieldNode, short=True), *_CONTENT[1:])
    PageItem = one_of(Member(PageNode))
    ButtonItem = one_of(Member(ButtonNode, short=True))
    HeaderItem = one_of(Member(ButtonNode, short=True), _STATUS, _FIELD, _BLOCK)
    FieldItem = one_of(Member(FieldNode, short=True))
    FigureItem = one_of(Member(FigureNode, short=True))
    SideItem = one_of(Member(BlockNode, short=True), Member(PageNode), *_CONTENT[:-1])
    FilterItem = one_of(Member(FilterNode))
    DimensionItem = one_of(Member(DimensionNode, short=True))
    MeasureItem = one_of(Member(MeasureNode, short=True))

NODE_MODELS: dict[str, type[NodeModel]] = {
    model.KIND: model
    for model in (
        ColumnNode, FieldNode, SectionNode, GroupNode, PageNode, NotebookNode, ButtonNode, StatusNode, RelatedNode, HtmlNode,
        BlockNode, FigureNode, FilterNode, DimensionNode, MeasureNode,
    )
}  # fmt: skip
"""Model of each kind of node."""
