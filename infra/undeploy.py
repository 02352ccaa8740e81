"""Deletes an installation's stack: `python -m infra.undeploy STAGE [--yes]`. What keeps data stays."""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError

from infra.installation import NotDeployable, open_installation, read_stage
from infra.output import complain, is_agreed, say
from infra.remains import how_to_remove, remaining
from infra.stack import Stack, StackError


def undeploy(stack: Stack, *, yes: bool) -> None:
    """Say what goes and what stays, ask, delete the stack, and say how the rest is removed.

    Raises:
        NotDeployable: there is no such stack, or the answer is no.
        StackError: something could not be deleted.
    """
    status = stack.status()
    if status is None:
        raise NotDeployable(f"there is no stack {stack.name}")
    if status == "REVIEW_IN_PROGRESS":
        say(f"{stack.name} was planned and never made: nothing is in it.")
        _ask(stack, yes=yes)
        stack.delete()
        say(f"{stack.name} is deleted.")
        return
    stays = remaining(stack)
    staying = {resource.logical for resource in stays}
    goes = [resource for resource in stack.listed() if resource.logical not in staying]
    say(f"{len(goes)} resources of {stack.name} go: functions, API, distribution, alarms and log lines among them.")
    say("The site is off the air at once, its name points nowhere, and hooks are answered by nobody.")
    say(f"{len(stays)} stay, with all that they hold, and go on costing what they do:")
    for resource in stays:
        say(f"  {resource.logical:<20}{resource.physical}")
    _ask(stack, yes=yes)
    stack.delete()
    say(f"\n{stack.name} is deleted. A new deployment begins with empty tables.")
    say("What stayed is removed for ever by these, the key of the contacts last:")
    for resource in sorted(stays, key=lambda one: (one.type == "AWS::KMS::Key", one.logical)):
        say(f"  {how_to_remove(resource)}")


def _ask(stack: Stack, *, yes: bool) -> None:
    if not yes and not is_agreed(f"Delete {stack.name}?"):
        raise NotDeployable("you said no; nothing was changed")


def main(arguments: list[str]) -> int:
    """Delete the stack of the installation that the arguments name."""
    parser = argparse.ArgumentParser(prog="python -m infra.undeploy", description="Delete an installation's stack.")
    parser.add_argument("stage", metavar="STAGE", help="as infra/stages/STAGE.json describes it")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    given = parser.parse_args(arguments)
    try:
        undeploy(open_installation(given.stage, read_stage(given.stage)).stack, yes=given.yes)
    except (NotDeployable, StackError, BotoCoreError, ClientError) as error:
        complain(f"not deleted: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
