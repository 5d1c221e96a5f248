"""Coverage-guided fuzzing with atheris (libFuzzer): `python -m tests.fuzz --seconds 300`.

targets  what is fed, how it is mutated, and what must hold        __main__  each target in a process of its own
"""
