"""Coverage by relevance: for each condition, the 用例 in which it alone decides what is expected, once as yes and once as no.

It is the modified condition/decision coverage of aviation software (RTCA DO-178C; J. J. Chilenski and S. P. Miller, 1994), over three
values and for outcomes instead of branches.
"""
