// Bytes and JSON as text of one byte per character: Node.js sends only text in one piece with the head.

/** Larger bodies are sent as bytes. */
export const smallBody = 16 * 1024;

export function latin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}

/** JSON as printable ASCII: control characters, which a header must not contain, become spaces; others are escaped. */
export function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (character) =>
    character < ' ' ? ' ' : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
