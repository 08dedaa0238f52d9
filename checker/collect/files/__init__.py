"""Output of the AWS command line, and stores of iam-collect, as answers for `recorded`.
A file is told by its content, never by its name, and one that is not understood is a gap."""
