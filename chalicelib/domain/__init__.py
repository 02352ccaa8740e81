"""What a participation is and which facts may follow from it: pure values and functions, no I/O."""
