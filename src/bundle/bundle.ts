// (contract; the implementation replaces this file)
export interface BundleEntry {
  /** Path inside the zip, with `/`. */
  path: string;
  /** Bytes, unpacked. */
  size: number;
}

export interface Bundle {
  /** Absolute path of the zip: `<project>/.slsctl/<function name>.zip`, or the user's own ready zip. */
  file: string;
  /** Bytes of the zip. */
  size: number;
  /** Bytes of its contents. */
  unpackedSize: number;
  /** Base64, as Lambda's CodeSha256. */
  sha256: string;
  entries: BundleEntry[];
  bytes(): Promise<Uint8Array>;
}
