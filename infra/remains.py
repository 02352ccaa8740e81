"""What outlives a stack, and how it is removed for ever."""

from collections.abc import Mapping

from infra.stack import Resource, Stack, retained

_HOW: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "aws dynamodb update-table --table-name {0} --no-deletion-protection-enabled && "
    "aws dynamodb delete-table --table-name {0}",
    "AWS::S3::Bucket": "empty {0} with all its versions in the console, then: aws s3api delete-bucket --bucket {0}",
    "AWS::SQS::Queue": "aws sqs delete-queue --queue-url {0}",
    "AWS::KMS::Key": "aws kms schedule-key-deletion --key-id {0} --pending-window-in-days 30",
    # pragma: allowlist nextline secret
    "AWS::SecretsManager::Secret": "aws secretsmanager delete-secret --secret-id {0} --recovery-window-in-days 30",
    "AWS::Backup::BackupVault": "delete its recovery points in the console, then: "
    "aws backup delete-backup-vault --backup-vault-name {0}",
}


def remaining(stack: Stack) -> list[Resource]:
    """Return what stays when a stack is deleted."""
    retained_ids = retained(stack.template())
    return [resource for resource in stack.listed() if resource.logical in retained_ids and resource.physical]


def how_to_remove(resource: Resource) -> str:
    """Return the command by which a resource is removed, with all that it holds."""
    return _HOW.get(resource.type, "delete {0} by hand").format(resource.physical)
