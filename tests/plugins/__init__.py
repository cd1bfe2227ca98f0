"""Hooks and fixtures every test folder shares; tests/conftest.py names them."""
