"""A policy told otherwise at some place, a thousand times over, and every 用例 decided under all of them in one pass.

What is otherwise is typed by the checker itself and lowered beside the policy, so that there is one program for all (`extended`). A
variant is one world (`explain.worlds`): only what it touches is worked out anew, and only where it makes a difference at all.
"""
