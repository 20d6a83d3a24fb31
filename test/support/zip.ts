// Zips for tests.
import { buffer } from 'node:stream/consumers';
import { ZipArchive } from 'archiver';

/** A zip of these files; all have the same `mode`. */
export async function zipOf(files: Record<string, string | Uint8Array>, mode = 0o644): Promise<Uint8Array> {
  const archive = new ZipArchive();
  for (const [name, content] of Object.entries(files)) {
    archive.append(Buffer.from(content as string), { name, mode });
  }
  const [content] = await Promise.all([buffer(archive), archive.finalize()]);
  return content;
}
