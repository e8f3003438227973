/** The values of one tensor, without a backend. */
export interface TensorValues {
  shape: readonly number[];
  values: Float32Array;
}

const BYTES_OF = { F32: 4, F16: 2, BF16: 2 } as const;
type Dtype = keyof typeof BYTES_OF;

interface HeaderEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/**
 * Writes tensors as float32 in the safetensors format: header length (u64, little-endian), JSON header padded with spaces
 * to 8 bytes, data. Tensors stand in the order of their names, so that equal tensors give equal files.
 */
export function writeSafetensors(tensors: Record<string, TensorValues>): Uint8Array {
  // Hugging Face's loaders ask for `format`.
  const header: Record<string, HeaderEntry | Record<string, string>> = { __metadata__: { format: 'pt' } };
  const names = Object.keys(tensors).sort();
  let sizeBytes = 0;
  for (const name of names) {
    const { shape, values } = tensors[name] as TensorValues;
    if (elements(shape) !== values.length)
      throw new Error(`tensor ${name}: shape [${shape}] needs ${elements(shape)} values, ${values.length} were given`);
    header[name] = { dtype: 'F32', shape: [...shape], data_offsets: [sizeBytes, sizeBytes + 4 * values.length] };
    sizeBytes += 4 * values.length;
  }
  const json = JSON.stringify(header);
  const headerBytes = new TextEncoder().encode(json + ' '.repeat(-new TextEncoder().encode(json).length & 7));
  const file = new Uint8Array(8 + headerBytes.length + sizeBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, 8);
  let offset = 8 + headerBytes.length;
  for (const name of names) {
    const { values } = tensors[name] as TensorValues;
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    offset += values.byteLength;
  }
  return file;
}

/** A tensor in a file, whose values are not read yet. */
export interface StoredTensor {
  shape: readonly number[];
  /** F16 and BF16 become float32. Throws, naming the tensor, if it holds another type or the file is cut short. */
  read: () => Float32Array;
}

/** The tensors of a safetensors file, by name. Throws if the header is malformed. */
export function openSafetensors(file: Uint8Array): Record<string, StoredTensor> {
  const { header, data } = split(file);
  const tensors: Record<string, StoredTensor> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (!isHeaderEntry(entry))
      throw new Error(`tensor ${name}: its entry in the header lacks dtype, shape or data_offsets`);
    tensors[name] = { shape: entry.shape, read: () => readTensor(name, entry, data) };
  }
  return tensors;
}

/** The values of all tensors of a safetensors file. Throws as `openSafetensors` and `read` do. */
export function readSafetensors(file: Uint8Array): Record<string, TensorValues> {
  const tensors: Record<string, TensorValues> = {};
  for (const [name, { shape, read }] of Object.entries(openSafetensors(file)))
    tensors[name] = { shape, values: read() };
  return tensors;
}

function split(file: Uint8Array): { header: object; data: Uint8Array } {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerSize = file.length < 8 ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(8 + headerSize <= file.length)) throw new Error(`safetensors file is cut short: it has ${file.length} bytes`);
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerSize)));
    return { header: Object(header), data: file.subarray(8 + headerSize) };
  } catch (cause) {
    throw new Error('safetensors file has no JSON header', { cause });
  }
}

function isHeaderEntry(entry: Partial<HeaderEntry> | null): entry is HeaderEntry {
  const whole = (values: unknown) => Array.isArray(values) && values.every((value) => Number.isSafeInteger(value));
  return typeof entry?.dtype === 'string' && whole(entry.shape) && whole(entry.data_offsets);
}

function readTensor(
  name: string,
  { dtype, shape, data_offsets: [begin, end] }: HeaderEntry,
  data: Uint8Array,
): Float32Array {
  if (!(dtype in BYTES_OF)) throw new Error(`tensor ${name} has type ${dtype}; F32, F16 and BF16 can be read`);
  const expected = elements(shape) * BYTES_OF[dtype as Dtype];
  if (end - begin !== expected || begin < 0 || end > data.length)
    throw new Error(
      `tensor ${name}: ${dtype} [${shape}] needs ${expected} bytes, its offsets [${begin}, ${end}] of ${data.length} do not give them`,
    );
  // A copy, aligned and alone in its buffer; a Node Buffer's own `slice` would be neither.
  const bytes = new Uint8Array(data.subarray(begin, end));
  if (dtype === 'F32') return new Float32Array(bytes.buffer);
  return Float32Array.from(new Uint16Array(bytes.buffer), dtype === 'F16' ? fromHalf : fromBfloat16);
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

/** The upper half of a float32. */
function fromBfloat16(bits: number): number {
  word[0] = bits << 16;
  return float[0] as number;
}

const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
