"""What people and machines send, read with every fault named: pure values and functions, no I/O."""
