// The checks of a message before a queue accepts it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { MessageAttribute } from '../../../faces.ts';
import { binaryCharacter, contents, invalid, invalidValue } from '../errors.ts';

/** The limit of a batch, and the largest MaximumMessageSize. */
export const largestMessage = 1_048_576;

const mostAttributes = 10;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a message cannot contain these
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u;

/** The code point of the first character that XML does not have. */
const binaryIn = (text: string): number | undefined => impossible.exec(text)?.[0].codePointAt(0);

/** @throws InvalidMessageContents for characters that XML does not have */
export function checkCharacters(text: string): void {
  const code = binaryIn(text);
  if (code !== undefined) throw contents(code);
}

/** The ids of a FIFO message. @throws ServiceError InvalidParameterValue */
export function checkId(parameter: string, value: string | undefined): void {
  if (value === undefined || /^[\x21-\x7e]{1,128}$/.test(value)) return;
  throw invalidValue(
    parameter,
    value,
    `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}

/** The bytes of a message that count for its size. */
export function sizeOf(body: string, attributes: Readonly<Record<string, MessageAttribute>>): number {
  let size = Buffer.byteLength(body);
  for (const [name, { type, text = '', bytes }] of Object.entries(attributes)) {
    size += Buffer.byteLength(name) + Buffer.byteLength(type) + (bytes?.length ?? Buffer.byteLength(text));
  }
  return size;
}

/** The attributes of a request. @throws ServiceError InvalidParameterValue */
export function readAttributes(
  given: Readonly<Record<string, MessageAttributeValue>> = {},
): Record<string, MessageAttribute> {
  const entries = Object.entries(given);
  if (entries.length > mostAttributes) {
    throw invalid(
      `Number of message attributes [${entries.length}] exceeds the allowed maximum [${mostAttributes}].`,
    );
  }
  return Object.fromEntries(entries.map(([name, value]) => [name, readAttribute(name, value)]));
}

function readAttribute(name: string, value: MessageAttributeValue): MessageAttribute {
  checkAttributeName(name);
  const { DataType: type = '', StringValue: text, BinaryValue: bytes } = value;
  if (type === '')
    throw invalid(`The message attribute '${name}' must contain a non-empty message attribute type.`);
  const kind = /^(String|Number|Binary)(\..+)?$/s.exec(type)?.[1];
  if (!kind || type.length > 256) {
    throw invalid(
      `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
    );
  }
  const content = kind === 'Binary' ? bytes : text;
  if (!content || content.length === 0) {
    throw invalid(`Message (user) attribute '${name}' must contain a non-empty value of type '${kind}'.`);
  }
  if (kind === 'Binary') return { type, bytes: content as Uint8Array };
  const binary = binaryIn(text as string);
  if (binary !== undefined)
    throw invalid(binaryCharacter(`value of message (user) attribute '${name}'`, binary));
  if (kind === 'Number' && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text as string)) {
    throw invalid(`Can't cast the value of message (user) attribute '${name}' to a number.`);
  }
  return { type, text };
}

function checkAttributeName(name: string): void {
  if (name.length === 0 || name.length > 256) {
    throw invalid('Message (user) attribute names must be shorter than 256 Bytes');
  }
  if (!/^[\w.\u00c0-\u017f-]+$/.test(name)) {
    throw invalid(
      'Message (user) attributes name can only contain upper and lower score characters, digits, periods, hyphens and underscores.',
    );
  }
  if (/^(aws|amazon)\.|^\.|\.$|\.\./i.test(name)) {
    throw invalid(
      "You can't use message attribute names beginning with 'AWS.' or 'Amazon.'. These strings are reserved for internal use. Additionally, they cannot start or end with '.'.",
    );
  }
}
