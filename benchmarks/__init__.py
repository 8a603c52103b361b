"""Speed measurements: `python -m benchmarks [NAME…]`, each on throw-away databases of its own."""
