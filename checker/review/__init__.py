"""What a change of the allowlist means: named in words, judged by policies, held against a
snapshot. Pure: two allowlists and a day in, a review out."""
