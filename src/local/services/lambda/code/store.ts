// The code of functions and layers on disk: each zip is stored once, by its digest, next to its unpacked content.

import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StoredCode } from '../records.ts';
import { overlay, removeTree, unzip } from './files.ts';

export class CodeStore {
  private readonly folder: string;
  /** Signs download URLs. URLs of an earlier run are therefore invalid. */
  private readonly secret = randomBytes(32);
  /** The number of requests that are about to use a zip, by its digest. */
  private readonly claims = new Map<string, number>();

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (/^(new|old)-/.test(name)) void removeTree(join(folder, name)).catch(() => {});
    }
  }

  /**
   * Stores, unpacks and claims a zip: it is not removed before it is released.
   * @throws InvalidParameterValueException when it is not a zip, or too large
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

  /** The folder that is `/opt` of a function with these layers; undefined without layers. */
  opt(layers: readonly StoredCode[]): string | undefined {
    const [first, ...others] = layers;
    if (!first) return undefined;
    if (others.length === 0) return this.files(first);
    return join(this.place(...layers.map(({ sha256 }) => sha256)), 'files');
  }

  /** Creates that folder: each layer is copied over the earlier ones. */
  async combine(layers: readonly StoredCode[]): Promise<void> {
    const place = this.place(...layers.map(({ sha256 }) => sha256));
    if (layers.length < 2 || existsSync(place)) return;
    const parts = layers.map((layer) => this.files(layer));
    await this.make(place, (temporary) => overlay(parts, join(temporary, 'files')));
  }

  /** Removes what is not claimed: a zip or, for several digests, the folder of these combined layers. */
  async remove(...digests: readonly string[]): Promise<void> {
    const place = this.place(...digests);
    if (digests.some((digest) => this.claims.has(digest)) || !existsSync(place)) return;
    const old = join(this.folder, `old-${randomUUID()}`);
    // Renamed in one step, so that a concurrent request finds either everything or nothing.
    renameSync(place, old);
    await removeTree(old);
  }

  /** The part of a download URL after `/_slsctl/lambda/`. */
  token({ sha256 }: StoredCode): string {
    const digest = hex(sha256);
    return `code/${digest}-${this.sign(digest)}`;
  }

  /** The zip of such a URL; undefined when the URL is not valid. */
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

  /** Fills a temporary folder and moves it into place once it is complete. */
  private async make(place: string, fill: (temporary: string) => Promise<void>): Promise<void> {
    const temporary = join(this.folder, `new-${randomUUID()}`);
    try {
      await mkdir(join(temporary, 'files'), { recursive: true });
      await fill(temporary);
      // Node looks for a package.json in parent folders; one above the code must not decide how the code is read.
      await writeFile(join(temporary, 'package.json'), '{}');
      await rename(temporary, place);
    } catch (error) {
      await removeTree(temporary);
      // Another request may have created the same folder meanwhile.
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
