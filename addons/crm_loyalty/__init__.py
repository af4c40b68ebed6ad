"""Points: customers earn them on contracts and redeem them for gifts; members have a number and a level."""
