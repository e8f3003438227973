import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Files above this lie in git LFS, as binary ones always do on the hub. */
const LFS_ABOVE_BYTES = 1024;
const FILES_A_PAGE = 3;

interface Repository {
  commit: string;
  /** Branches and tags that lead to the commit. */
  revisions: string[];
  files: Record<string, Uint8Array>;
  /** Told in place of an answer, as a hub does: `{status: 403, code: 'GatedRepo'}`. */
  refusal?: { status: number; code: string };
}

/**
 * Stands in for Hugging Face's hub, over real HTTP: what it answers to a request for a model at a revision, for its files and for one
 * file, with the headers that clients look at. A large file is answered by a redirect to where the hub keeps such files.
 */
export interface HubStandIn {
  endpoint: string;
  /** By name, such as `org/name`. */
  repositories: Record<string, Repository>;
  received: Array<{ method: string; path: string; range: string | undefined; authorization: string | undefined }>;
  /** Breaks the connection off after so many bytes of the next answer that has a file of this name. */
  cut: { name: string; afterBytes: number } | null;
  /** Answers 503 to so many requests first. */
  unwell: number;
  /** Where large files are redirected to; the stand-in itself where it is null. */
  storage: string | null;
  /** Whether a range is answered with the range, or with the whole file. */
  knowsRanges: boolean;
  stop(): Promise<void>;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const gitOid = (bytes: Uint8Array) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
const isLarge = (bytes: Uint8Array) => bytes.length > LFS_ABOVE_BYTES;

export async function startHub(): Promise<HubStandIn> {
  const server = createServer((request, response) => answer(request, response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const hub: HubStandIn = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    repositories: {},
    received: [],
    cut: null,
    unwell: 0,
    storage: null,
    knowsRanges: true,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function answer(request: IncomingMessage, response: ServerResponse): ServerResponse {
    const { method = '', url = '', headers } = request;
    const { pathname, searchParams } = new URL(url, hub.endpoint);
    hub.received.push({ method, path: pathname, range: headers.range, authorization: headers.authorization });
    if (hub.unwell > 0) {
      hub.unwell--;
      return response.writeHead(503).end();
    }
    const [, name = '', call, rest = ''] =
      /^\/(?:api\/models\/)?([^/]+\/[^/]+)\/(revision|tree|resolve|storage)\/(.+)$/.exec(pathname) ?? [];
    const repository = hub.repositories[name];
    if (!repository) return refuse(response, 404, 'RepoNotFound');
    if (repository.refusal) return refuse(response, repository.refusal.status, repository.refusal.code);
    if (call === 'storage') return sendFile(request, response, rest, repository.files[rest] ?? new Uint8Array());

    const [revision = '', ...path] = rest.split('/');
    const asked = decodeURIComponent(revision);
    if (asked !== repository.commit && !repository.revisions.includes(asked)) {
      return refuse(response, 404, 'RevisionNotFound');
    }
    if (call === 'revision') return sendJson(response, describe(name, repository));
    if (call === 'tree') return sendTree(response, pathname, repository, Number(searchParams.get('cursor') ?? 0));
    return resolve(request, response, name, path.join('/'), repository);
  }

  function sendTree(response: ServerResponse, pathname: string, { files }: Repository, from: number): ServerResponse {
    const entries = Object.entries(files).map(([path, bytes]) => ({
      type: 'file',
      path,
      size: bytes.length,
      oid: gitOid(bytes),
      ...(isLarge(bytes) && { lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: 130 } }),
    }));
    const next = from + FILES_A_PAGE;
    const link = `<${hub.endpoint}${pathname}?cursor=${next}>; rel="next"`;
    return sendJson(response, entries.slice(from, next), next < entries.length ? { link } : {});
  }

  function resolve(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    path: string,
    { files, commit }: Repository,
  ): ServerResponse {
    const bytes = files[path];
    if (!bytes) return refuse(response, 404, 'EntryNotFound');
    response.setHeader('x-repo-commit', commit);
    if (!isLarge(bytes)) {
      response.setHeader('etag', `"${gitOid(bytes)}"`);
      return sendFile(request, response, path, bytes);
    }
    response.setHeader('x-linked-etag', `"${sha256(bytes)}"`);
    response.setHeader('x-linked-size', bytes.length);
    const location = `${hub.storage ?? hub.endpoint}/${name}/storage/${path}?signature=secret`;
    return response.writeHead(302, { location }).end();
  }

  function sendFile(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
    bytes: Uint8Array,
  ): ServerResponse {
    const [, first] = /^bytes=(\d+)-/.exec((hub.knowsRanges && request.headers.range) || '') ?? [];
    const from = Number(first ?? 0);
    const part = bytes.subarray(from);
    const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    response.writeHead(first === undefined ? 200 : 206, {
      'accept-ranges': 'bytes',
      'content-length': part.length,
      ...(first !== undefined && range),
    });
    if (hub.cut?.name !== name) return response.end(part);
    response.write(part.subarray(0, hub.cut.afterBytes), () => response.destroy());
    hub.cut = null;
    return response;
  }

  return hub;
}

const describe = (name: string, { commit, files }: Repository) => ({
  _id: '0123456789abcdef01234567',
  id: name,
  sha: commit,
  private: false,
  gated: false,
  downloads: 0,
  likes: 0,
  lastModified: '2026-01-01T00:00:00.000Z',
  siblings: Object.keys(files).map((rfilename) => ({ rfilename })),
});

function sendJson(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): ServerResponse {
  return response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string): ServerResponse {
  const headers = { 'content-type': 'application/json', 'x-error-code': code };
  return response.writeHead(status, headers).end(JSON.stringify({ error: code }));
}
