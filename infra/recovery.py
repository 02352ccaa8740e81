"""What an earlier attempt left of a stack, put right before the next one, or refused with what there is to do.

docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html has the statuses.
"""

from infra.output import say
from infra.remains import how_to_remove, remaining
from infra.stack import Resource, Stack, StackError

_NEVER_CREATED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
"""The first attempt failed: the stack never worked, and all that can be done with it is to delete it."""


def make_ready(stack: Stack) -> None:
    """Bring a stack to where it can be created or changed, aloud; of most there is nothing to do.

    Raises:
        StackError: somebody has to do something first, which the message says.
    """
    status = stack.status()
    if status in _NEVER_CREATED:
        _delete_never_created(stack, status)
    elif status == "UPDATE_ROLLBACK_FAILED":
        _continue_rollback(stack)
    elif status == "IMPORT_ROLLBACK_FAILED":
        raise StackError(
            f"{stack.name} was given restored tables, and that could not be taken back: {_why(stack)}. CloudFormation "
            f"has no command for that. Ask AWS Support; or delete the stack (`make undeploy`), which deletes no data, "
            f"and put the tables into a new one (docs/runbook.md, After a restore)"
        )
    elif status == "DELETE_FAILED":
        raise StackError(
            f"{stack.name} was to be deleted, and could not be: {_why(stack)}. Delete what stands in its way by hand "
            f"and let `make undeploy` end it. A deployment after that begins with empty tables"
        )
    elif status == "UPDATE_FAILED":
        raise StackError(
            f"{stack.name} stands half-way: {_why(stack)}. Take back what was begun, and deploy again: "
            f"aws cloudformation rollback-stack --stack-name {stack.name}"
        )
    elif status and status.endswith("_IN_PROGRESS") and status != "REVIEW_IN_PROGRESS":
        raise StackError(f"{stack.name} is {status}: another one is at it. Wait until it has ended, and deploy again")


def _delete_never_created(stack: Stack, status: str) -> None:
    say(f"{stack.name} is {status}: the first attempt failed, and nothing was ever in service.")
    for reason in stack.failures():
        say(f"  {reason}")
    left = _left_behind(stack)
    say("It is deleted, and made anew.")
    try:
        stack.delete()
    except StackError as error:
        raise StackError(
            f"{error}. Delete that by hand, or leave it behind with `aws cloudformation delete-stack --stack-name "
            f"{stack.name} --retain-resources …`, and deploy again"
        ) from None
    if left:
        say("The attempt left behind what nobody uses, and what stands in nobody's way:")
    for resource in left:
        say(f"  {resource.logical:<20}{how_to_remove(resource)}")


def _left_behind(stack: Stack) -> list[Resource]:
    """Return what the rollback left, and what it could not delete and the deletion keeps.

    `RetainExceptOnCreate` lets a rollback delete and a deletion keep: docs.aws.amazon.com/AWSCloudFormation/latest/
    TemplateReference/aws-attribute-deletionpolicy.html.
    """
    found = {resource.logical: resource for resource in [*stack.left_behind(), *remaining(stack)]}
    return [found[name] for name in sorted(found)]


def _continue_rollback(stack: Stack) -> None:
    say(f"{stack.name} is UPDATE_ROLLBACK_FAILED: {_why(stack)}.")
    say("What was begun goes on being taken back.")
    try:
        stack.continue_rollback()
    except StackError as error:
        raise StackError(
            f"{error}. Put that right by hand, or leave it out with `aws cloudformation continue-update-rollback "
            f"--stack-name {stack.name} --resources-to-skip …`, and deploy again"
        ) from None


def _why(stack: Stack) -> str:
    return "; ".join(stack.failures()) or stack.status_reason() or "CloudFormation does not say why"
