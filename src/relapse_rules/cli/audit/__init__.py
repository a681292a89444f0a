"""``relapse-rules audit``: signed records of decisions in a ledger, checked and decided again. One file a command."""
