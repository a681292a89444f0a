"""Mutation of a policy: small mistakes made on purpose, to see whether some 用例 notices each of them."""
