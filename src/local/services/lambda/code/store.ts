// The code of functions and layers on disk: each zip once, by its digest, next to what is in it.

import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredCode } from '../records.ts';
import { overlay, removeTree, unzip } from './files.ts';

export class CodeStore {
  private readonly folder: string;
  /** Signs addresses for downloads; those of an earlier run have expired. */
  private readonly secret = randomBytes(32);
  /** How many requests are about to use a zip, by its digest. */
  private readonly claims = new Map<string, number>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (/^(new|old)-/.test(name)) void removeTree(join(folder, name)).catch(() => {});
    }
  }

  /**
   * Keeps and unpacks a zip, and claims it: nobody removes it before it is released.
   * @throws InvalidParameterValueException when it is none, or too large
   */
  async add(zip: Uint8Array): Promise<StoredCode> {
    const sha256 = createHash('sha256').update(zip).digest('base64');
    this.claims.set(sha256, (this.claims.get(sha256) ?? 0) + 1);
    try {
      const place = this.place(sha256);
      if (!existsSync(place)) await this.fill(place, zip);
      const unzipped = Number(await readFile(join(place, 'unzipped'), 'utf8'));
      return { sha256, size: zip.length, unzipped };
    } catch (error) {
      this.release(sha256);
      throw error;
    }
  }

  release(sha256: string): void {
    const claims = (this.claims.get(sha256) ?? 0) - 1;
    if (claims > 0) this.claims.set(sha256, claims);
    else this.claims.delete(sha256);
  }

  /** The folder with the unpacked code. */
  files({ sha256 }: StoredCode): string {
    return join(this.place(sha256), 'files');
  }

  /** The folder that stands for `/opt` of a function with these layers; undefined: it has none. */
  opt(layers: readonly StoredCode[]): string | undefined {
    const [first, ...others] = layers;
    if (!first) return undefined;
    if (others.length === 0) return this.files(first);
    return join(this.place(...layers.map(({ sha256 }) => sha256)), 'files');
  }

  /** Makes that folder: each layer laid over those before it. */
  async combine(layers: readonly StoredCode[]): Promise<void> {
    const place = this.place(...layers.map(({ sha256 }) => sha256));
    if (layers.length < 2 || existsSync(place)) return;
    const parts = layers.map((layer) => this.files(layer));
    await this.make(place, (temporary) => overlay(parts, join(temporary, 'files')));
  }

  /** Removes what is not claimed: a zip, or with several digests what they were combined to. */
  async remove(...digests: readonly string[]): Promise<void> {
    const place = this.place(...digests);
    if (digests.some((digest) => this.claims.has(digest)) || !existsSync(place)) return;
    const old = join(this.folder, `old-${randomUUID()}`);
    // At once, so that a request that comes meanwhile finds all of it or nothing.
    renameSync(place, old);
    await removeTree(old);
  }

  /** What follows `/_slsctl/lambda/` in the address of a download. */
  token({ sha256 }: StoredCode): string {
    const digest = hex(sha256);
    return `code/${digest}-${this.sign(digest)}`;
  }

  /** The zip behind such an address. */
  async download(path: string): Promise<Uint8Array | undefined> {
    const [, digest = '', signature] = /^code\/([0-9a-f]{64})-([0-9a-f]{64})$/.exec(path) ?? [];
    if (!digest || signature !== this.sign(digest)) return undefined;
    return readFile(join(this.folder, digest, 'code.zip')).catch(() => undefined);
  }

  private fill(place: string, zip: Uint8Array): Promise<void> {
    return this.make(place, async (temporary) => {
      const unzipped = await unzip(Buffer.from(zip), join(temporary, 'files'));
      await writeFile(join(temporary, 'unzipped'), String(unzipped));
      await writeFile(join(temporary, 'code.zip'), zip);
    });
  }

  /** Fills a folder beside its place and puts it there when it is whole. */
  private async make(place: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = join(this.folder, `new-${randomUUID()}`);
    try {
      await mkdir(join(temporary, 'files'), { recursive: true });
      await fill(temporary);
      // Node looks upwards for one: what lies above the code must not decide how it is read.
      await writeFile(join(temporary, 'package.json'), '{}');
      await rename(temporary, place);
    } catch (error) {
      await removeTree(temporary);
      // Another request may have put the same there meanwhile.
      if (!existsSync(place)) throw error;
    }
  }

  private place(...digests: readonly string[]): string {
    const [first = '', ...others] = digests;
    if (others.length === 0) return join(this.folder, hex(first));
    return join(this.folder, `opt-${createHash('sha256').update(digests.join(' ')).digest('hex')}`);
  }

  private sign(digest: string): string {
    return createHmac('sha256', this.secret).update(digest).digest('hex');
  }
}

function hex(sha256: string): string {
  return Buffer.from(sha256, 'base64').toString('hex');
}
