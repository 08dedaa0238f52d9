"""How roles were used: the questions to CloudTrail as SQL, whose codes, actions and costs it knows,
and what the answers mean. Pure: it sends no question, and judges nobody."""
