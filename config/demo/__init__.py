"""The demo shop: what seed_demo fills an empty desk with. The data stand in the .toml files."""
