"""Output of the AWS command line, and stores of iam-collect, as answers."""
