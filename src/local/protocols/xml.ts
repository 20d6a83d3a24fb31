// Members as XML elements, the way the AWS protocols with XML answers write them.
import type { Members } from './protocol.ts';
import { writeTimestamp } from './scalars.ts';
import type { Shape } from './shapes.ts';

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 cannot carry at all
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
