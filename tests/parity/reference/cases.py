"""The sequences and settings that both sides compute with."""

from typing import Any

END_OF_TEXT = "<|endoftext|>"
END = 0
PADDING = 1
VOCABULARY = 280

# Prompts and their two completions, better first; each completion ends with end of
# text. Lengths differ everywhere, so that every row is padded differently.
GROUPS = [
    ([5, 17, 33, 80, 121, 9], [[40, 41, 42, END], [50, 51, END]]),
    ([270, 12, 13], [[60, END], [61, 62, 63, 64, 65, END]]),
    ([88, 89, 90, 91], [[14, 15, 16, END], [14, 15, 200, 201, END]]),
]

# Every completion with its prompt, in the order of all expected values.
ROWS = [(prompt, c) for prompt, completions in GROUPS for c in completions]
LENGTHS = [len(completion) for _, completion in ROWS]

TEMPERATURE = 0.7
PPO = {
    "gamma": 0.98,
    "lambda": 0.95,
    "clip_range": 0.2,
    "value_clip_range": 0.2,
    "kl_coefficient": 0.05,
}
LORA = {"rank": 3, "alpha": 6.0}
DPO = {"beta": 0.3}
# ε is PPO's: the gradient of a key's bias is 0 but for rounding, and Adam with a smaller
# one would step by the rounding error.
TRAINING: dict[str, Any] = {
    "steps": 20,
    "warmup_steps": 4,
    "learning_rate": 0.01,
    "beta1": 0.9,
    "beta2": 0.95,
    "epsilon": 1e-5,
    "weight_decay": 0.1,
    "max_gradient_norm": 2.0,
}
GENERATION = {"samples": 3, "max_new_tokens": 12}

CASES: dict[str, Any] = {
    "groups": [{"prefix": p, "continuations": c} for p, c in GROUPS],
    "end_of_text": END,
    "temperature": TEMPERATURE,
    "ppo": PPO,
    "lora": LORA,
    "dpo": DPO,
    "training": TRAINING,
    "generation": GENERATION,
}
