// Bytes and JSON as text of one byte per character: small messages leave in one piece, as Node.js sends text and its
// head together, but not bytes.

/** Bytes, of which more are sent as they are. */
export const smallBody = 16 * 1024;

export function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/** JSON with escapes for all other characters; those that control have no place in a header. */
export function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) =>
    character < ' ' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
