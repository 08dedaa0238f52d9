"""IAM Access Analyzer's findings of external access → a file beside a snapshot."""
