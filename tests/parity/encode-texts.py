"""Give every tokenizer's ids of a list of texts, which is not kept.

`npm run parity -- --live` runs this on real texts, where there are any.
"""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer


def main() -> None:
    """Read texts and write ids, by the tokenizer's name."""
    parser = argparse.ArgumentParser()
    parser.add_argument("tokenizers", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("ids", type=Path)
    arguments = parser.parse_args()
    texts = json.loads(arguments.texts.read_text())
    ids = {}
    for folder in sorted(arguments.tokenizers.iterdir()):
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        encoded = tokenizer.encode_batch(texts, add_special_tokens=False)
        ids[folder.name] = [each.ids for each in encoded]
    arguments.ids.write_text(json.dumps(ids))


if __name__ == "__main__":
    main()
