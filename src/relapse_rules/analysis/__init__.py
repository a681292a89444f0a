"""What can be said of a policy as a whole: its coverage of the plan, its worked cases, what holds for all households."""
