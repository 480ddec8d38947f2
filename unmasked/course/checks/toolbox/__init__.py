"""What checks are made of: trials, comparisons, words for a slip."""
