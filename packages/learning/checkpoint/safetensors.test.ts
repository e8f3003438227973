import { describe, expect, it } from 'vitest';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const tensors = {
  b: { shape: [2, 2], values: Float32Array.of(1, -2, 3.5, 1e-30) },
  a: { shape: [], values: Float32Array.of(7) },
};

/** A file of any header, with `dataBytes` bytes of data. */
function fileOf(header: object | string, dataBytes: number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + json.length + dataBytes);
  file[0] = json.length;
  file.set(json, 8);
  return file;
}

describe('safetensors', () => {
  it('gives back what was written, bit for bit, also from a file read into a larger buffer', () => {
    const file = writeSafetensors(tensors);
    expect(readSafetensors(file)).toEqual(tensors);
    const larger = Buffer.concat([Buffer.of(0, 0, 0), file]);
    expect(readSafetensors(larger.subarray(3))).toEqual(tensors);
  });

  it('writes an aligned header and tensors by name, whatever the order given', () => {
    const file = writeSafetensors(tensors);
    expect((new DataView(file.buffer).getBigUint64(0, true) + 8n) % 8n).toBe(0n);
    expect(writeSafetensors({ a: tensors.a, b: tensors.b })).toEqual(file);
  });

  it('refuses values that do not fill the shape', () => {
    const wrong = { w: { shape: [3], values: Float32Array.of(1) } };
    expect(() => writeSafetensors(wrong)).toThrow('tensor w: shape [3] needs 3 values, 1 were given');
  });

  it.each([
    ['an empty file', new Uint8Array(0), 'cut short: it has 0 bytes'],
    ['a file cut in its header', writeSafetensors(tensors).subarray(0, 20), 'cut short: it has 20 bytes'],
    ['a header that is no JSON', fileOf('not JSON', 0), 'has no JSON header'],
    ['a file cut in its data', writeSafetensors(tensors).subarray(0, -1), 'tensor b: F32 [2,2] needs 16 bytes'],
    ['an entry without offsets', fileOf({ w: { dtype: 'F32', shape: [1] } }, 4), 'tensor w: its entry in the header'],
    ['an entry that is null', fileOf({ w: null }, 4), 'tensor w: its entry in the header'],
    [
      'offsets that do not fit the shape',
      fileOf({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, 4),
      'tensor w: F32 [2] needs 8 bytes, its offsets [0, 4] of 4 do not give them',
    ],
    [
      'a type it does not know',
      fileOf({ w: { dtype: 'I64', shape: [1], data_offsets: [0, 8] } }, 8),
      'tensor w has type I64; F32, F16 and BF16 can be read',
    ],
  ])('names what is wrong with %s', (_, file, message) => {
    expect(() => readSafetensors(file)).toThrow(message);
  });
});
