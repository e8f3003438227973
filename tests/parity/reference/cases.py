"""The sequences and settings that both sides compute with."""

END_OF_TEXT = "<|endoftext|>"
PADDING = 1
TEMPERATURE = 0.7
VOCABULARY = 280

# Prompts and their two completions, better first; each completion ends with end of
# text, id 0. Lengths differ everywhere, so that every row is padded differently.
GROUPS = [
    ([5, 17, 33, 80, 121, 9], [[40, 41, 42, 0], [50, 51, 0]]),
    ([270, 12, 13], [[60, 0], [61, 62, 63, 64, 65, 0]]),
    ([88, 89, 90, 91], [[14, 15, 16, 0], [14, 15, 200, 201, 0]]),
]

# Every completion with its prompt, in the order of all expected values.
ROWS = [(prompt, c) for prompt, completions in GROUPS for c in completions]
