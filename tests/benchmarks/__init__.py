"""Speed, measured side by side in one run: `python -m tests.benchmarks`. Machines differ, so ratios are what counts."""
