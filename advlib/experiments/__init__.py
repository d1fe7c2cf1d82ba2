"""The papers' experiments: plain parameters and a seed in, one flat record out."""
