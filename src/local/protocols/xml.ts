// Members as XML elements, as the AWS protocols with XML write them.
import type { Members } from './protocol.ts';
import { readBase64, readBoolean, readNumber, readTimestamp, writeTimestamp } from './scalars.ts';
import type { Shape } from './shapes.ts';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot contain these
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export function escapeXml(text: string): string {
  return text
    .replace(impossible, '\ufffd')
    .replace(/[&<>"\r\n]/g, (character) => escapes[character] as string);
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The content of the element that holds this value. */
export function xmlOf(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (shape.kind) {
    case 'structure':
      return shape.members
        .filter(({ name }) => (value as Members)[name] !== undefined && (value as Members)[name] !== null)
        .map(({ name, traits, shape: inner }) => {
          const tag = traits.xmlName ?? name;
          const content = (value as Members)[name];
          return traits.xmlFlattened && inner.kind === 'list'
            ? (content as unknown[]).map((item) => element(tag, xmlOf(inner.item.shape, item))).join('')
            : element(tag, xmlOf(inner, content));
        })
        .join('');
    case 'list': {
      const tag = shape.item.traits.xmlName ?? 'member';
      return (value as unknown[]).map((item) => element(tag, xmlOf(shape.item.shape, item))).join('');
    }
    case 'map': {
      const keyTag = shape.key.traits.xmlName ?? 'key';
      const valueTag = shape.value.traits.xmlName ?? 'value';
      return Object.entries(value)
        .map(([key, item]) =>
          element(
            'entry',
            element(keyTag, escapeXml(key)) + element(valueTag, xmlOf(shape.value.shape, item)),
          ),
        )
        .join('');
    }
    case 'timestamp':
      return String(writeTimestamp(value as Date, shape.format ?? 'date-time'));
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

/** An element as the parser has it: its text, or what is in it by name; several of a name are a list. */
export type Parsed = string | { readonly [name: string]: Parsed | readonly Parsed[] };

/** The value that an element holds. @throws ServiceError when its text is not a value of the shape. */
export function fromXml(shape: Shape, parsed: Parsed): unknown {
  switch (shape.kind) {
    case 'structure': {
      const value: Members = {};
      for (const { name, traits, shape: inner } of shape.members) {
        const found = within(parsed, traits.xmlName ?? name);
        const [first] = found;
        if (first === undefined) continue;
        value[name] =
          traits.xmlFlattened && inner.kind === 'list'
            ? found.map((item) => fromXml(inner.item.shape, item))
            : fromXml(inner, first);
      }
      return value;
    }
    case 'list':
      return within(parsed, shape.item.traits.xmlName ?? 'member').map((item) =>
        fromXml(shape.item.shape, item),
      );
    case 'number':
      return readNumber(textOf(parsed).trim());
    case 'boolean':
      return readBoolean(textOf(parsed).trim());
    case 'timestamp':
      return readTimestamp(textOf(parsed).trim());
    case 'blob':
      return readBase64(textOf(parsed));
    default:
      return textOf(parsed);
  }
}

function within(parsed: Parsed, name: string): readonly Parsed[] {
  if (typeof parsed === 'string') return [];
  const found = Object.hasOwn(parsed, name) ? parsed[name] : undefined;
  if (found === undefined) return [];
  return Array.isArray(found) ? found : [found as Parsed];
}

/** With attributes the parser keeps the text apart. */
function textOf(parsed: Parsed): string {
  if (typeof parsed === 'string') return parsed;
  const text = parsed['#text'];
  return typeof text === 'string' ? text : '';
}
