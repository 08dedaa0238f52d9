"""What a report says of one thing: a third party, a finding and its mend, a role, one policy; and
the allowlist that it would take to vet all. It judges nothing itself, and vets nobody."""
