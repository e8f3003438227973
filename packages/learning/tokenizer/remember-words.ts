import { BPE, ByteLevelPreTokenizer, SequencePreTokenizer, type Tokenizer } from '@huggingface/tokenizers';

/** Words remembered; a text's are few and come again and again. */
const MAX_WORDS = 50_000;
/** Longer ones are none. */
const MAX_CHARACTERS = 64;

/**
 * Has a byte-level BPE split a text into words, and remember the tokens of each: the library spells every word of every text in
 * its alphabet of bytes before it looks whether it knows it. Tokens stay the same.
 */
export function rememberWords({ pre_tokenizer, model }: Tokenizer): void {
  const steps = pre_tokenizer instanceof SequencePreTokenizer ? pre_tokenizer.tokenizers : [pre_tokenizer];
  const spelling = steps.at(-1);
  if (!(spelling instanceof ByteLevelPreTokenizer && model instanceof BPE)) return;
  const { pattern, use_regex, add_prefix_space } = spelling;
  if (add_prefix_space) return;
  const speller = new ByteLevelPreTokenizer({ ...spelling.config, use_regex: false });
  const encodeSpelled = model.encode.bind(model);
  const known = new Map<string, string[]>();
  spelling.pre_tokenize_text = (text) => (use_regex ? (text.match(pattern) ?? []) : [text]);
  model.encode = (words) => {
    const tokens: string[] = [];
    for (const word of words) {
      let ofWord = known.get(word);
      if (!ofWord) {
        ofWord = encodeSpelled(speller.pre_tokenize_text(word));
        if (known.size >= MAX_WORDS) known.clear();
        if (word.length <= MAX_CHARACTERS) known.set(word, ofWord);
      }
      for (const token of ofWord) tokens.push(token);
    }
    return tokens;
  };
}
