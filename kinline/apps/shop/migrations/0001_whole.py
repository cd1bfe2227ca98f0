import uuid

import django.db.models.deletion
from django.db import migrations, models

import kinline.core.shop.goods


class Migration(migrations.Migration):
    replaces = [("shop", "0001_initial")]

    initial = True

    dependencies = [
        ("facilities", "0001_whole"),
        ("people", "0001_whole"),
    ]

    operations = [
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("game", "game"),
                            ("music", "music"),
                            ("film", "film"),
                            ("stamps", "stamps"),
                            ("texts", "texts"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("published", "Published"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("title", models.CharField(max_length=80)),
                ("maker", models.CharField(blank=True, max_length=80)),
                ("about", models.CharField(blank=True, max_length=600)),
                ("language", models.CharField(blank=True, max_length=10)),
                (
                    "rating",
                    models.CharField(
                        choices=[
                            ("everyone", "everyone"),
                            ("teens", "teens"),
                            ("adults", "adults"),
                        ],
                        default=kinline.core.shop.goods.Rating["EVERYONE"],
                        max_length=10,
                    ),
                ),
                ("opens_at", models.TimeField(blank=True, null=True)),
                ("closes_at", models.TimeField(blank=True, null=True)),
                ("pieces", models.PositiveIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=40)),
                ("size_bytes", models.BigIntegerField(default=0)),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("members", models.JSONField(default=dict)),
                ("added_by", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shop_items",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["facility", "state", "title"], name="shop_item_on_offer")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["game", "music", "film"]),
                                ("pieces", 0),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("kind__in", ["game", "music", "film"]), _negated=True),
                                ("pieces__gt", 0),
                                ("sha256", ""),
                            ),
                            _connector="OR",
                        ),
                        name="goods_are_a_file_or_pieces",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes_at", None), ("opens_at", None)),
                            ("opens_at__lt", models.F("closes_at")),
                            _connector="OR",
                        ),
                        name="goods_open_before_they_close",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Turn",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_open", models.BooleanField()),
                ("set_by", models.CharField(max_length=64)),
                ("set_at", models.DateTimeField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shop_turns",
                        to="facilities.facility",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["facility", "-set_at"], name="shop_turn_newest")],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("cents", models.PositiveIntegerField()),
                ("from_at", models.DateTimeField()),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(max_length=64)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="shop.item",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["item", "-from_at", "-set_at"], name="price_newest")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("cents__lte", 10000)), name="a_price_is_not_endless"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.CharField(max_length=100, unique=True)),
                ("cents", models.PositiveIntegerField()),
                ("pieces", models.PositiveIntegerField(default=0)),
                ("bought_at", models.DateTimeField()),
                ("paid_back_at", models.DateTimeField(null=True)),
                ("paid_back_by", models.CharField(blank=True, max_length=64)),
                ("why", models.CharField(blank=True, max_length=200)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="shop.item",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "-bought_at"], name="purchase_of_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("paid_back_at", None), ("pieces", 0)),
                        fields=("person", "item"),
                        name="a_kept_thing_is_bought_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_back_at", None), ("why", "")),
                            models.Q(
                                ("paid_back_at__isnull", False),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="who_pays_back_says_why",
                    ),
                ],
            },
        ),
    ]
