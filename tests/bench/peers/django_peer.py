"""The workloads with Django's ORM, on tables of its own with the same rows and indexes. It has no access rules: the rule is written out."""

from __future__ import annotations

from typing import Any

import common
import django
import rows
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

ORDER = common.order()
SQLITE = ORDER["engine"] == "sqlite"
ENGINE = "sqlite3" if SQLITE else "postgresql"
PLACE = {} if SQLITE else {"HOST": ORDER["host"], "USER": ORDER["user"]}
OPTIONS = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA synchronous=NORMAL"} if SQLITE else {}
settings.configure(
    DATABASES={
        "default": {"ENGINE": f"django.db.backends.{ENGINE}", "NAME": ORDER["database"], "OPTIONS": OPTIONS, **PLACE}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
)
django.setup()


class User(models.Model):
    """Ours, read only."""

    name = models.TextField()
    position_id = models.BigIntegerField()

    class Meta:
        app_label, db_table, managed = "bench", "core_user", False


class Country(models.Model):
    """Ours, read only."""

    name = models.TextField()

    class Meta:
        app_label, db_table, managed = "bench", "bench_country", False


class Stamped(models.Model):
    """The columns that every table has."""

    created_at = models.DateTimeField(default=timezone.now, null=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    updated_at = models.DateTimeField(default=timezone.now, null=True)
    updated_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, db_index=False)
    version = models.IntegerField(default=1)
    deletion_id = models.BigIntegerField(null=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True)

    class Meta:
        abstract = True


class Part(Stamped):
    """As bench.part."""

    name = models.CharField(max_length=255)
    code = models.CharField(max_length=255, null=True)
    quantity = models.IntegerField(null=True)
    price = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    weight = models.FloatField(null=True)
    arrived_on = models.DateField(null=True)
    active = models.BooleanField(default=True)
    kind = models.CharField(max_length=64, null=True)
    note = models.TextField(null=True)
    country = models.ForeignKey(Country, models.PROTECT, null=True)

    class Meta:
        app_label, db_table = "bench", "django_part"


class Customer(Stamped):
    """As bench.customer."""

    name = models.CharField(max_length=255, db_index=True)
    kind = models.CharField(max_length=64, null=True)
    city = models.CharField(max_length=255, null=True)
    turnover = models.IntegerField(null=True)
    name_fuzzy = models.TextField(null=True)

    class Meta:
        app_label, db_table = "bench", "django_customer"


def prepare() -> None:
    """Make the tables; the rows of the large one come from ours."""
    with connection.schema_editor() as editor:
        editor.create_model(Part)
        editor.create_model(Customer)
    columns = ", ".join(field.column for field in Customer._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO django_customer ({columns}) SELECT {columns} FROM bench_customer")
        if not SQLITE:
            cursor.execute("CREATE INDEX django_gin ON django_customer USING gin (string_to_array(name_fuzzy, ' '))")
        cursor.execute("ANALYZE")


def reached(query: Any) -> Any:
    """Limit a query to what the leader's team owns."""
    below = User.objects.filter(position_id=ORDER["position"]).values("id")
    return query.filter(Q(owner_id=ORDER["leader"]) | Q(owner_id__in=below), deletion_id=None)


def matching(query: Any, text: str) -> Any:
    """Add the condition of the fuzzy search; the rowids of our search index on SQLite are those of this table too."""
    if SQLITE:
        where = (
            "django_customer.id IN (SELECT rowid FROM bench_customer_name_fts WHERE bench_customer_name_fts MATCH %s)"
        )
        words: Any = " ".join(f'"{character}"' for character in text)
    else:
        where, words = "string_to_array(django_customer.name_fuzzy, ' ') @> %s", list(text)
    return query.extra(where=[where, "django_customer.name_fuzzy LIKE %s"], params=[words, common.pattern(text)])


def values() -> list[dict[str, Any]]:
    """The parts to create."""
    return rows.parts(ORDER["number"], ORDER["team"], ORDER["countries"])


def create(clock: common.Clock) -> None:
    """Make all parts with one call."""
    Part.objects.all().delete()
    given = values()
    with clock, transaction.atomic():
        stamps = {"created_by_id": ORDER["leader"], "updated_by_id": ORDER["leader"]}
        Part.objects.bulk_create([Part(**row, **stamps) for row in given])


def read(clock: common.Clock) -> None:
    """Read all parts with two names."""
    names = ("id", *common.STAMPED[:4], *common.STAMPED[5:], "country__name", "owner__name")
    with clock:
        found = list(reached(Part.objects).order_by("id").values(*names)[: ORDER["number"]])
    assert len(found) == ORDER["number"]


def page(clock: common.Clock) -> None:
    """Fetch a page for each text."""
    names = ("id", "name", "kind", "city", "turnover", "owner__name")
    with clock:
        for text in ORDER["texts"]:
            query = matching(reached(Customer.objects).filter(owner_id=ORDER["owner"]), text)
            list(query.order_by("name", "id").values(*names)[: ORDER["page"]])


def update(clock: common.Clock) -> None:
    """Change and save every part."""
    with transaction.atomic():
        loaded = list(reached(Part.objects).order_by("id"))
        with clock:
            for part in loaded:
                part.quantity += 1
                part.version += 1
                part.updated_at = timezone.now()
                part.save(update_fields=["quantity", "version", "updated_at"])


def aggregate(clock: common.Clock) -> None:
    """Sum by kind."""
    with clock:
        list(reached(Customer.objects).values("kind").annotate(Sum("turnover"), Count("id")).order_by("kind"))


prepare()
work = {"create": create, "read": read, "update": update, "page": page, "aggregate": aggregate}
common.answer({name: common.measure(function, ORDER["rounds"]) for name, function in work.items()})
