"""What people write on forms, each kind of value by a module: a text in, its one meaning out, or None for none.

Nothing is guessed: a text that has two readings, or words that are not known, has none.
"""
