"""The embedded media engine: aiortc, passing encoded packets through without decoding."""
