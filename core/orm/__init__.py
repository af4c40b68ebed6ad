"""Models, records and domains over SQLAlchemy: the heart of the core. Layer: orm.

Who comes new reads in this order: `model` and `fields` (what an addon declares), `definitions`, `tables`, `mapping` and `registry` (what a
registry makes of it), `environment`, `bound` and `records` (what business code holds in its hands), `writing`, `saving` and `session`
(what happens when something is saved), `query` and `reading` (what happens when something is asked), `compute` (what keeps computed
fields right).
"""
