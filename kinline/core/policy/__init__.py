"""May it happen? Facts in, a verdict out, with every reason and every limit."""
