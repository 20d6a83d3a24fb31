// MD5s of message attributes.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
import { createHash } from 'node:crypto';
import type { MessageAttribute } from '../../../faces.ts';

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** undefined without attributes. */
export function md5OfAttributes(attributes: Readonly<Record<string, MessageAttribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const put = (bytes: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const { type, text, bytes } = attributes[name] as MessageAttribute;
    put(Buffer.from(name));
    put(Buffer.from(type));
    hash.update(Buffer.from([bytes ? 2 : 1]));
    put(bytes ?? Buffer.from(text ?? ''));
  }
  return hash.digest('hex');
}
