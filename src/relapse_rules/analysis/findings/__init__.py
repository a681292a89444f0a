"""What a policy comes to for all households that a reader cannot see: rules without effect, gaps, orders that lead nowhere, readings that clash.

Each finding is a module with its documentation in it. `finders.find_all` yields them all, `waivers` weighs them against what a county lives with.
"""
