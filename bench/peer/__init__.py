"""The least a Django view can do that still writes: one row. The measure for `authorize`."""
