"""Rules of style and likely slips, beyond what `check` finds wrong: one module a rule, with its documentation in it.

`rules` lists them, `linting` runs them and weighs waivers, `fixing` applies what is safe to apply.
"""
