// Members as XML elements, as the AWS protocols with XML write them.
import type { Members } from './protocol.ts';
import { readBase64, readBoolean, readNumber, readTimestamp, unreadable, writeTimestamp } from './scalars.ts';
import type { Member, Shape } from './shapes.ts';
import type { XmlElement } from './xml-parser.ts';

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

/** `closed`: without content, as one tag. */
export function element(name: string, content: string, closed = false): string {
  return closed && content === '' ? `<${name}/>` : `<${name}>${content}</${name}>`;
}

/** An element with the value of a member, which may be attributes in part. */
function memberElement(
  tag: string,
  { shape, traits }: Pick<Member, 'shape' | 'traits'>,
  value: unknown,
): string {
  const declared = Array.isArray(traits.xmlNamespace)
    ? ` xmlns:${traits.xmlNamespace[0]}="${traits.xmlNamespace[1]}"`
    : '';
  const attributes =
    shape.kind === 'structure'
      ? shape.members.filter((one) => one.traits.xmlAttribute && (value as Members)?.[one.name] !== undefined)
      : [];
  const written = attributes.map(
    ({ name, traits: { xmlName } }) => ` ${xmlName ?? name}="${escapeXml(String((value as Members)[name]))}"`,
  );
  return `<${tag}${declared}${written.join('')}>${xmlOf(shape, value)}</${tag}>`;
}

/** The content of the element that holds this value. */
export function xmlOf(shape: Shape, value: unknown): string {
  if (value === undefined || value === null) return '';
  switch (shape.kind) {
    case 'structure':
      return shape.members
        .filter(({ name, traits }) => {
          const content = (value as Members)[name];
          return content !== undefined && content !== null && !traits.xmlAttribute;
        })
        .map((member) => {
          const { name, traits, shape: inner } = member;
          const tag = traits.xmlName ?? name;
          const content = (value as Members)[name];
          if (traits.xmlFlattened && inner.kind === 'list')
            return (content as unknown[]).map((item) => element(tag, xmlOf(inner.item.shape, item))).join('');
          if (traits.xmlFlattened && inner.kind === 'map') return entriesOf(inner, content as Members, tag);
          return memberElement(tag, member, content);
        })
        .join('');
    case 'list': {
      const tag = shape.item.traits.xmlName ?? 'member';
      return (value as unknown[]).map((item) => element(tag, xmlOf(shape.item.shape, item))).join('');
    }
    case 'map':
      return entriesOf(shape, value as Members, 'entry');
    case 'timestamp':
      return String(writeTimestamp(value as Date, shape.format ?? 'date-time'));
    case 'blob':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return escapeXml(String(value));
  }
}

function entriesOf(shape: Extract<Shape, { kind: 'map' }>, value: Members, tag: string): string {
  const keyTag = shape.key.traits.xmlName ?? 'key';
  const valueTag = shape.value.traits.xmlName ?? 'value';
  return Object.entries(value)
    .map(([key, item]) =>
      element(tag, element(keyTag, escapeXml(key)) + element(valueTag, xmlOf(shape.value.shape, item))),
    )
    .join('');
}

/**
 * The value that an element holds.
 * @throws ServiceError when it does not fit the shape: an unknown or repeated element, or a text that is not a value
 */
export function fromXml(shape: Shape, from: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure': {
      checkNoText(from);
      const value: Members = {};
      const inside = shape.members.filter(({ traits }) => !traits.xmlAttribute);
      const places = new Map(inside.map((member) => [member.traits.xmlName ?? member.name, member]));
      for (const { name, traits } of shape.members) {
        const given = traits.xmlAttribute && from.attributes?.[traits.xmlName ?? name];
        if (given !== undefined) value[name] = given;
      }
      for (const child of from.children) {
        const member = places.get(child.name);
        if (!member) throw unreadable(`${from.name} has no element ${child.name}`);
        const { name, traits, shape: inner } = member;
        if (traits.xmlFlattened && inner.kind === 'list') {
          value[name] = [...((value[name] as unknown[]) ?? []), fromXml(inner.item.shape, child)];
        } else if (name in value) throw unreadable(`${from.name} has several elements ${child.name}`);
        else value[name] = fromXml(inner, child);
      }
      return value;
    }
    case 'list': {
      checkNoText(from);
      const item = shape.item.traits.xmlName ?? 'member';
      return from.children.map((child) => {
        if (child.name !== item) throw unreadable(`${from.name} has no element ${child.name}`);
        return fromXml(shape.item.shape, child);
      });
    }
    case 'number':
      return readNumber(textOf(from).trim());
    case 'boolean':
      return readBoolean(textOf(from).trim());
    case 'timestamp':
      return readTimestamp(textOf(from).trim());
    case 'blob':
      return readBase64(textOf(from));
    default:
      return textOf(from);
  }
}

function checkNoText({ name, text }: XmlElement): void {
  if (text.trim() !== '') throw unreadable(`${name} contains text`);
}

function textOf({ name, text, children: [child] }: XmlElement): string {
  if (child) throw unreadable(`${name} has no element ${child.name}`);
  return text;
}
