// The limits of AWS Lambda (AWS Lambda Developer Guide, "Lambda quotas"). slsctl checks them before it calls AWS.
import { badInput } from '../errors/user-error.ts';

export const limits = {
  memoryMB: { min: 128, max: 10_240 },
  timeoutSeconds: { min: 1, max: 900 },
  ephemeralStorageMB: { min: 512, max: 10_240 },
  layers: 5,
  tags: 50,
  environmentBytes: 4096,
  unpackedBytes: 262_144_000,
  payloadBytes: { sync: 6_291_456, async: 1_048_576 },
} as const;

/** Throws (exit 2) when an event is larger than Lambda allows. */
export function checkPayload(payload: Uint8Array, mode: 'sync' | 'async'): void {
  const allowed = limits.payloadBytes[mode];
  if (payload.byteLength <= allowed) return;
  throw badInput(
    `--payload has ${payload.byteLength} bytes; allowed: ${allowed} for ${mode === 'sync' ? 'a synchronous' : 'an asynchronous'} invocation`,
    {
      next: 'put the data into S3 and send its key',
    },
  );
}

/** The problem with a function's environment, as a sentence; undefined: there is none. */
export function environmentProblem(variables: Record<string, string>): string | undefined {
  const size = Buffer.byteLength(JSON.stringify(variables));
  if (size <= limits.environmentBytes) return undefined;
  const largest = Object.entries(variables)
    .map(([key, value]) => ({ key, bytes: Buffer.byteLength(key) + Buffer.byteLength(value) }))
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ key, bytes }) => `${key} (${bytes} bytes)`);
  return `has ${size} bytes; allowed: ${limits.environmentBytes} together; largest: ${largest.join(', ')}`;
}

/** Throws (exit 2) when a package is too large, and names its largest folders and files. */
export function checkPackage(
  name: string,
  zipBytes: number,
  entries: readonly { path: string; size: number }[],
): void {
  const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
  // The zip is checked too: data that cannot be compressed is a little larger in a zip.
  const problem =
    unpacked > limits.unpackedBytes
      ? `unpacks to ${unpacked} bytes; allowed: ${limits.unpackedBytes} (250 MB)`
      : zipBytes > limits.unpackedBytes
        ? `has ${zipBytes} bytes; allowed: ${limits.unpackedBytes} (250 MB)`
        : undefined;
  if (problem) {
    throw badInput(`the package of ${name} ${problem}`, {
      reason: `largest: ${largestFolders(entries).join(', ')}`,
      next: 'leave files out with .slsctlignore or code.exclude',
    });
  }
}

/** Throws (exit 2) when a function and its layers are too large together. Sizes are in bytes, unpacked. */
export function checkUnpacked(
  name: string,
  bytes: number,
  layers: readonly { name: string; bytes: number }[],
): void {
  const together = layers.reduce((sum, layer) => sum + layer.bytes, bytes);
  if (together <= limits.unpackedBytes) return;
  const parts = [
    { name: 'its code', bytes },
    ...layers.map((layer) => ({ ...layer, name: `layer ${layer.name}` })),
  ];
  throw badInput(
    `function ${name} and its layers unpack to ${together} bytes; allowed: ${limits.unpackedBytes} (250 MB) together`,
    {
      reason: parts.map((part) => `${part.name} ${(part.bytes / 1024 / 1024).toFixed(1)} MB`).join(', '),
      next: 'leave files out with .slsctlignore, or use fewer layers',
    },
  );
}

function largestFolders(entries: readonly { path: string; size: number }[]): string[] {
  const sizes = new Map<string, number>();
  for (const { path, size } of entries) {
    const parts = path.split('/');
    const folder = parts.length > 1 ? `${parts.slice(0, -1).slice(0, 2).join('/')}/` : path;
    sizes.set(folder, (sizes.get(folder) ?? 0) + size);
  }
  return [...sizes]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 10)
    .map(([folder, size]) => `${folder} (${(size / 1024 / 1024).toFixed(1)} MB)`);
}
