// Checks of messages that clients publish.
// https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
import type { MessageAttributeValue } from '@aws-sdk/client-sns';
import type { MessageAttribute } from '../../../faces.ts';
import { ServiceError } from '../../../service-error.ts';
import { invalid, invalidValue } from '../errors.ts';

export const largestMessage = 262_144;

/** The fields of a message in a request. */
export interface GivenMessage {
  readonly Message?: string | undefined;
  readonly Subject?: string | undefined;
  readonly MessageStructure?: string | undefined;
  readonly MessageAttributes?: Record<string, MessageAttributeValue> | undefined;
  readonly MessageGroupId?: string | undefined;
  readonly MessageDeduplicationId?: string | undefined;
}

/** @throws InvalidParameterException */
export function checkTexts({ Message, Subject }: GivenMessage): void {
  if (Subject !== undefined && (Subject === '' || Subject.length > 100 || !/^[\x20-\x7e]*$/.test(Subject))) {
    throw invalid('Subject');
  }
  if (!Message) throw invalid('Empty message');
}

/** The texts by protocol of a message with MessageStructure `json`; undefined without. */
export function structureOf({ Message = '', MessageStructure }: GivenMessage) {
  if (MessageStructure !== 'json') return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  const texts = Object.entries((parsed ?? {}) as object).filter(([, text]) => typeof text === 'string');
  const structure: Readonly<Record<string, string>> = Object.fromEntries(texts);
  if (structure.default === undefined) {
    throw invalid('Message Structure - No default entry in JSON message body');
  }
  return structure;
}

/** Bytes of text and attributes: name, type and value of each. */
export function sizeOf({ Message = '', MessageAttributes = {} }: GivenMessage): number {
  return Object.entries(MessageAttributes).reduce(
    (sum, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      (BinaryValue?.length ?? Buffer.byteLength(StringValue)),
    Buffer.byteLength(Message),
  );
}

/**
 * `place` precedes the names of members in messages of the model.
 * @throws InvalidParameterValueException, ServiceError ValidationError
 */
export function checkedAttributes(
  given: Readonly<Record<string, MessageAttributeValue>> = {},
  place = '',
): Record<string, MessageAttribute> {
  const checked: Record<string, MessageAttribute> = {};
  for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(given)) {
    checkName(name);
    if (DataType === undefined) {
      throw new ServiceError(
        'ValidationError',
        `1 validation error detected: Value null at '${place}messageAttributes.${name}.member.dataType' failed to satisfy constraint: Member must not be null`,
      );
    }
    if (!/^(String|Number|Binary)(\..+)?$/s.test(DataType)) {
      throw invalidValue(
        `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
      );
    }
    const empty = () =>
      invalidValue(
        `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${DataType}'.`,
      );
    const isBinary = DataType.startsWith('Binary');
    if (StringValue === undefined && BinaryValue === undefined) throw empty();
    if ((isBinary ? BinaryValue : StringValue) === undefined) {
      const field = isBinary ? 'Binary' : 'String';
      throw invalidValue(
        `The message attribute '${name}' with type '${DataType}' must use field '${field}'.`,
      );
    }
    if ((isBinary ? BinaryValue?.length : StringValue?.length) === 0) throw empty();
    checked[name] = isBinary ? { type: DataType, bytes: BinaryValue } : { type: DataType, text: StringValue };
  }
  return checked;
}

function checkName(name: string): void {
  if (Buffer.byteLength(name) > 256) {
    throw invalidValue('Length of message attribute name must be less than 256 bytes.');
  }
  if (name.startsWith('.')) {
    throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  }
  if (name.endsWith('.')) {
    throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  }
  const [odd] = /[^\w.-]/u.exec(name) ?? [];
  if (odd !== undefined) {
    const code = odd.codePointAt(0)?.toString(16).toUpperCase();
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. Can only include alphanumeric characters, hyphens, underscores, or dots.`,
    );
  }
  if (name.includes('..'))
    throw invalidValue("Message attribute name can not have successive '.' character.");
}
