"""Coverage-guided fuzzing with atheris (libFuzzer), layer by layer: `python -m tests.fuzz --seconds 300`.

targets  what must hold, and of what                     inputs  the first inputs, and how they are changed
__main__ each target in a process of its own, the table
"""
