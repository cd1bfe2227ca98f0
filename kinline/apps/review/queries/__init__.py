"""Reads of review: `policies` and `stops` for the rooms above, `queue`, `item` ... for staff."""

from kinline.apps.review.queries.policies import Policy as Policy
from kinline.apps.review.queries.policies import policy_of as policy_of
from kinline.apps.review.queries.stops import stops as stops
