"""Pure folds of events into totals, and the engine that applies each event to them exactly once."""
