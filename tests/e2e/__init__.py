"""End-to-end checks: the whole program, a real browser, Microsoft's own Teams client and card parser. `make e2e` runs them."""
