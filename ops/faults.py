"""What is wrong with what was given to a command, in words."""

from chalicelib.api.messages import messages
from chalicelib.intake.faults import Invalid


def faults_text(invalid: Invalid) -> str:
    """Return a line for each field that is wrong, as the API names it."""
    texts = messages().faults
    lines = (f"{one.pointer[2:] or 'all'}: {texts[one.code]['en'].format_map(one.values)}" for one in invalid.faults)
    return "\n".join(lines)
