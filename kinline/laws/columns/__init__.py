"""Rating of whole files, on columns: the same answers as one by one, thousands at once."""

from kinline.laws.columns.batch import Rated, rate
from kinline.laws.columns.told import UnreadableColumns

__all__ = ["Rated", "UnreadableColumns", "rate"]
