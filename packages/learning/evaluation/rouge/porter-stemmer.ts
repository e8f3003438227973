/** A suffix, what takes its place, and the condition on what is left of the word. */
type Rule = readonly [suffix: string, replacement: string, condition?: (stem: string) => boolean];

/** Irregular forms, which NLTK looks up before anything else. */
const IRREGULAR = new Map(
  Object.entries({
    sky: ['sky', 'skies'],
    die: ['dying'],
    lie: ['lying'],
    tie: ['tying'],
    news: ['news'],
    inning: ['innings', 'inning'],
    outing: ['outings', 'outing'],
    canning: ['cannings', 'canning'],
    howe: ['howe'],
    proceed: ['proceed'],
    exceed: ['exceed'],
    succeed: ['succeed'],
  }).flatMap(([stem, words]) => words.map((word) => [word, stem] as const)),
);

/**
 * The stem of a lower-case word by Porter's algorithm (*An algorithm for suffix stripping*, 1980) with the extensions of
 * NLTK's `PorterStemmer`, its default mode, which `rouge-score` uses.
 */
export function porterStem(word: string): string {
  const irregular = IRREGULAR.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  return [step1a, step1b, step1c, step2, step3, step4, step5a, step5b].reduce((stem, step) => step(stem), word);
}

function step1a(word: string): string {
  if (word.length === 4 && word.endsWith('ies')) return word.slice(0, -1);
  return applyFirst(word, [
    ['sses', 'ss'],
    ['ies', 'i'],
    ['ss', 'ss'],
    ['s', ''],
  ]);
}

function step1b(word: string): string {
  if (word.endsWith('ied')) return word.slice(0, word.length === 4 ? -1 : -2);
  if (word.endsWith('eed')) return isMeasurePositive(word.slice(0, -3)) ? word.slice(0, -1) : word;
  const ending = ['ed', 'ing'].find((suffix) => word.endsWith(suffix) && hasVowel(word.slice(0, -suffix.length)));
  if (ending === undefined) return word;
  const stem = word.slice(0, -ending.length);
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** NLTK: `y` becomes `i` after a consonant that is not the first letter, vowel or not before it. */
function step1c(word: string): string {
  return applyFirst(word, [['y', 'i', (stem) => stem.length > 1 && isConsonant(stem).at(-1) === true]]);
}

function step2(word: string): string {
  // NLTK: this rule comes first, and what it leaves goes through the step again.
  if (word.endsWith('alli') && isMeasurePositive(word.slice(0, -4))) return step2(word.slice(0, -2));
  // NLTK: the `l` counts for the stem, so that `geo` in `geologi` is long enough.
  if (word.endsWith('logi')) return isMeasurePositive(word.slice(0, -3)) ? word.slice(0, -1) : word;
  return applyFirst(word, STEP_2);
}

const step3 = (word: string) => applyFirst(word, STEP_3);
const step4 = (word: string) => applyFirst(word, STEP_4);

function step5a(word: string): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  return measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem)) ? stem : word;
}

const step5b = (word: string) => (word.endsWith('ll') && measure(word.slice(0, -1)) > 1 ? word.slice(0, -1) : word);

const isMeasurePositive = (stem: string) => measure(stem) > 0;
const isMeasureAboveOne = (stem: string) => measure(stem) > 1;

const STEP_2 = (
  [
    ['ational', 'ate'],
    ['tional', 'tion'],
    ['enci', 'ence'],
    ['anci', 'ance'],
    ['izer', 'ize'],
    ['bli', 'ble'],
    ['alli', 'al'],
    ['entli', 'ent'],
    ['eli', 'e'],
    ['ousli', 'ous'],
    ['ization', 'ize'],
    ['ation', 'ate'],
    ['ator', 'ate'],
    ['alism', 'al'],
    ['iveness', 'ive'],
    ['fulness', 'ful'],
    ['ousness', 'ous'],
    ['aliti', 'al'],
    ['iviti', 'ive'],
    ['biliti', 'ble'],
    ['fulli', 'ful'],
  ] as const
).map(([suffix, replacement]): Rule => [suffix, replacement, isMeasurePositive]);

const STEP_3 = (
  [
    ['icate', 'ic'],
    ['ative', ''],
    ['alize', 'al'],
    ['iciti', 'ic'],
    ['ical', 'ic'],
    ['ful', ''],
    ['ness', ''],
  ] as const
).map(([suffix, replacement]): Rule => [suffix, replacement, isMeasurePositive]);

const STEP_4: Rule[] = 'al ance ence er ic able ible ant ement ment ent ion ou ism ate iti ous ive ize'
  .split(' ')
  .map((suffix) => [suffix, '', (stem) => isMeasureAboveOne(stem) && (suffix !== 'ion' || /[st]$/.test(stem))]);

/** The first rule whose suffix the word has decides, whether its condition holds or not. */
function applyFirst(word: string, rules: readonly Rule[]): string {
  for (const [suffix, replacement, condition] of rules) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, word.length - suffix.length);
    return !condition || condition(stem) ? stem + replacement : word;
  }
  return word;
}

/** Letter by letter; a `y` is a consonant where none comes before it. */
function isConsonant(word: string): boolean[] {
  const flags: boolean[] = [];
  for (const letter of word) {
    flags.push(letter === 'y' ? flags.at(-1) !== true : !'aeiou'.includes(letter));
  }
  return flags;
}

/** m in [C](VC){m}[V]: how often a consonant follows a vowel. */
function measure(stem: string): number {
  const flags = isConsonant(stem);
  return flags.filter((consonant, i) => consonant && flags[i - 1] === false).length;
}

const hasVowel = (stem: string) => isConsonant(stem).includes(false);

const endsInDoubleConsonant = (word: string) =>
  word.length >= 2 && word.at(-1) === word.at(-2) && isConsonant(word).at(-1) === true;

/** Ends in consonant, vowel, consonant other than w, x, y; NLTK: or is a vowel and a consonant. */
function endsShort(word: string): boolean {
  const flags = isConsonant(word);
  const [third, second, last] = [flags.at(-3), flags.at(-2), flags.at(-1)];
  if (word.length === 2) return second === false && last === true;
  return third === true && second === false && last === true && !/[wxy]$/.test(word);
}
