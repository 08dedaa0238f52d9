"""Types of the aws provider that bring CloudFormation along."""

STACKS = ("aws_cloudformation_stack", "aws_cloudformation_stack_set")
INSTANCES = ("aws_cloudformation_stack_set_instance", "aws_cloudformation_stack_instances")
APPLICATIONS = ("aws_serverlessapplicationrepository_cloudformation_stack",)
