import { Problem, type ServedModel } from '@laurel/contracts';
import { type Files, type Model, readModelFiles } from '@laurel/learning';
import { ArtifactCorrupt, ArtifactNotFound, type ArtifactStore } from '@laurel/storage/artifacts';
import * as tf from '@tensorflow/tfjs-core';
import { readFiles } from '../read-files.ts';

interface CachedModel {
  model: Model;
  sizeBytes: number;
  usedMs: number;
}

/**
 * The models in memory, the least recently used leaving when they are too many. A model may be used until the next call of
 * `get`, which may dispose it.
 */
export class ModelCache {
  readonly #store: ArtifactStore;
  readonly #maxBytes: number;
  /** By manifest hash, the least recently used first. */
  readonly #models = new Map<string, CachedModel>();

  constructor(store: ArtifactStore, maxBytes: number) {
    this.#store = store;
    this.#maxBytes = maxBytes;
  }

  get count(): number {
    return this.#models.size;
  }

  /** Of the weights' files: about what they take in memory. */
  get sizeBytes(): number {
    return [...this.#models.values()].reduce((sum, cached) => sum + cached.sizeBytes, 0);
  }

  /** @throws {Problem} `model_not_found` or `model_damaged`; nothing is served whose hash is not the one asked for. */
  async get(served: ServedModel): Promise<Model> {
    const key = served.manifest_sha256;
    const cached = this.#models.get(key) ?? (await this.#load(served));
    this.#models.delete(key);
    this.#models.set(key, { ...cached, usedMs: performance.now() }); // now the most recently used
    return cached.model;
  }

  /** Frees what was last used longer ago: an endpoint that nobody asks holds no memory. */
  evictUnused(idleMs: number): void {
    const oldestMs = performance.now() - idleMs;
    for (const [key, { usedMs }] of this.#models) if (usedMs < oldestMs) this.#evict(key);
  }

  dispose(): void {
    for (const key of this.#models.keys()) this.#evict(key);
  }

  async #load({ prefix, manifest_sha256 }: ServedModel): Promise<CachedModel> {
    const files = await readFiles(this.#store, prefix, manifest_sha256).catch((error: unknown) => {
      throw asProblem(error);
    });
    const weights = Object.entries(files).filter(([name]) => name.endsWith('.safetensors'));
    const sizeBytes = weights.reduce((sum, [, { byteLength }]) => sum + byteLength, 0);
    this.#makeRoom(sizeBytes);
    return { model: readModel(files, prefix), sizeBytes, usedMs: performance.now() };
  }

  /** A model larger than the whole cache is taken in alone: refusing it would make it unservable. */
  #makeRoom(sizeBytes: number): void {
    let usedBytes = this.sizeBytes;
    for (const [key, cached] of this.#models) {
      if (usedBytes + sizeBytes <= this.#maxBytes) return;
      this.#evict(key);
      usedBytes -= cached.sizeBytes;
    }
  }

  #evict(key: string): void {
    tf.dispose(this.#models.get(key)?.model.decoder.parameters ?? {});
    this.#models.delete(key);
  }
}

function readModel(files: Files, prefix: string): Model {
  try {
    return readModelFiles(files);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(500, 'model_damaged', `The model at ${prefix} cannot be read: ${reason}.`, { cause });
  }
}

function asProblem(cause: unknown): unknown {
  if (cause instanceof ArtifactNotFound) return new Problem(404, 'model_not_found', cause.message, { cause });
  if (cause instanceof ArtifactCorrupt) return new Problem(500, 'model_damaged', cause.message, { cause });
  return cause;
}
