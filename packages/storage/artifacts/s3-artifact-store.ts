import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { checkKey, checkPrefix } from './artifact-key.ts';
import {
  type AbandonedDraft,
  ArtifactNotFound,
  type ArtifactStore,
  type ByteRange,
  type PutGrant,
} from './artifact-store.ts';

/** Of which S3 takes 10,000: objects of 320 GB. Two are in memory at a time. */
const PART_BYTES = 32 * 2 ** 20;
const PARTS_AT_ONCE = 2;

/** The parts of a stream that was begun so long ago are those of a process that died. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

export interface S3ArtifactStoreOptions {
  /** With `requestChecksumCalculation: 'WHEN_REQUIRED'`: otherwise `putUrl` would sign the checksum of no content. */
  client: S3Client;
  bucket: string;
  /** Stands in front of every key, ends in a slash unless empty. */
  prefix: string;
}

/** Artifacts as objects of an S3 bucket, or of a server that speaks its protocol. S3 itself writes whole or not at all. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor({ client, bucket, prefix }: S3ArtifactStoreOptions) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async put(key: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
    const target = this.#object(key);
    if (content instanceof Uint8Array) {
      await this.#client.send(new PutObjectCommand({ ...target, Body: content }));
      return;
    }
    // Sent in parts; when a part or the content fails, the parts already sent are deleted.
    const body = Readable.from(content, { objectMode: false });
    const params = { ...target, Body: body };
    await new Upload({ client: this.#client, params, partSize: PART_BYTES, queueSize: PARTS_AT_ONCE }).done();
  }

  async *read(key: string, range?: ByteRange): AsyncIterable<Uint8Array> {
    yield* (await this.#open(key, range)) as Readable;
  }

  async get(key: string): Promise<Uint8Array> {
    return (await this.#open(key)).transformToByteArray();
  }

  async size(key: string): Promise<number> {
    return (await this.#head(key)).ContentLength ?? 0;
  }

  async writtenAt(key: string): Promise<Date> {
    const { LastModified } = await this.#head(key);
    if (!LastModified) throw new Error(`The S3 server does not tell when ${key} was written.`);
    return LastModified;
  }

  async exists(key: string): Promise<boolean> {
    try {
      await this.size(key);
      return true;
    } catch (error) {
      if (error instanceof ArtifactNotFound) return false;
      throw error;
    }
  }

  async list(prefix: string): Promise<string[]> {
    checkPrefix(prefix);
    const keys: string[] = [];
    const query = { Bucket: this.#bucket, Prefix: this.#prefix + prefix };
    for await (const page of paginateListObjectsV2({ client: this.#client }, query)) {
      for (const { Key } of page.Contents ?? []) if (Key) keys.push(Key.slice(this.#prefix.length));
    }
    return keys.sort();
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#object(key)));
  }

  putUrl(key: string, { sizeBytes, expiresAt }: PutGrant): Promise<string> {
    const put = new PutObjectCommand({ ...this.#object(key), ContentLength: sizeBytes });
    return getSignedUrl(this.#client, put, {
      expiresIn: Math.ceil((expiresAt.getTime() - Date.now()) / 1000),
      signableHeaders: new Set(['content-length']), // so that S3 refuses any other length
    });
  }

  async abandonedDrafts(now = new Date()): Promise<AbandonedDraft[]> {
    const found: AbandonedDraft[] = [];
    for await (const { Key = '', UploadId, Initiated = now } of this.#multipartUploads()) {
      if (now.getTime() - Initiated.getTime() < ABANDONED_AFTER_MS) continue;
      const abort = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId });
      found.push({ name: `${Key.slice(this.#prefix.length)} (upload ${UploadId})`, discard: () => this.#abort(abort) });
    }
    return found;
  }

  async *#multipartUploads(): AsyncIterable<MultipartUpload> {
    const query = { Bucket: this.#bucket, Prefix: this.#prefix };
    for (let from: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}; from; ) {
      const page: ListMultipartUploadsCommandOutput = await this.#client.send(
        new ListMultipartUploadsCommand({ ...query, ...from }),
      );
      yield* page.Uploads ?? [];
      const { NextKeyMarker: KeyMarker, NextUploadIdMarker: UploadIdMarker } = page;
      from = page.IsTruncated && KeyMarker && UploadIdMarker ? { KeyMarker, UploadIdMarker } : undefined;
    }
  }

  async #abort(command: AbortMultipartUploadCommand): Promise<void> {
    await this.#client.send(command).catch((error: unknown) => {
      if (!isMissing(error)) throw error; // ended meanwhile
    });
  }

  #object(key: string): { Bucket: string; Key: string } {
    checkKey(key);
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  async #head(key: string) {
    try {
      return await this.#client.send(new HeadObjectCommand(this.#object(key)));
    } catch (error) {
      throw isMissing(error) ? new ArtifactNotFound(key, error) : error;
    }
  }

  async #open(key: string, range?: ByteRange) {
    const Range = range && `bytes=${range.first}-${range.last}`;
    try {
      const { Body } = await this.#client.send(new GetObjectCommand({ ...this.#object(key), Range }));
      if (!Body) throw new ArtifactNotFound(key);
      return Body;
    } catch (error) {
      throw isMissing(error) ? new ArtifactNotFound(key, error) : error;
    }
  }
}

/** A HEAD answer has no body to name the error, so the status must do; a missing bucket is another matter. */
const isMissing = (error: unknown) =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404 && error.name !== 'NoSuchBucket';
