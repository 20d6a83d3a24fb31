// The forms that a value takes on its way through JSON, addresses, shells, XML and base64.

/**
 * The value itself, and each other form that a text may have it in. The forms may be combined: a request is JSON, an
 * error repeats it in JSON, and `--explain` writes it in quotes of a shell or in base64.
 */
export function formsOf(value: string): string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  const inner = [value, ...lines].flatMap((text) => {
    const json = inJson(text);
    return [text, json, inJson(json), json.replace(/[\u0080-\uffff]/g, escaped)];
  });
  return [...new Set(inner)].flatMap((text) => [text, ...wrapped(text)]).concat(inMessages(value));
}

/** The text within another notation. */
function wrapped(text: string): string[] {
  return [
    ...inAddresses(text),
    text.replaceAll("'", "'\\''"),
    text.replaceAll("'", "''"),
    text.replaceAll("'", `'"'"'`),
    text.replace(/[\\"$`]/g, '\\$&'),
    inXml(text),
    inXml(text).replaceAll('"', '&quot;').replaceAll("'", '&apos;'),
    inXml(text).replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
    ...inBase64(text),
  ];
}

/** Node's `inspect` and slsctl itself escape control characters, and keep double quotes. */
function inMessages(value: string): string[] {
  const withQuotes = inJson(value).replaceAll('\\"', '"');
  return [
    withQuotes,
    withQuotes.replaceAll("'", "\\'"),
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
    value.replace(/[\u0000-\u001f\u007f]/g, (character) => `\\x${hex(character, 2)}`),
  ];
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function escaped(character: string): string {
  return `\\u${hex(character, 4)}`;
}

function hex(character: string, digits: number): string {
  return character.charCodeAt(0).toString(16).padStart(digits, '0');
}

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function inAddresses(value: string): string[] {
  // A lone surrogate cannot be encoded.
  const encoded = encodeURIComponent(value.replace(loneSurrogate, '\ufffd'));
  const strict = encoded.replace(/[!'()*]/g, (character) => `%${hex(character, 2).toUpperCase()}`);
  const lower = (text: string) => text.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase());
  const all = [encoded, strict, encoded.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...all, ...all.map(lower), encoded.replaceAll('%2F', '/')];
}

function inXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Base64 of the value alone and within a longer text: its characters depend on the number of bytes before it. */
function inBase64(value: string): string[] {
  const bytes = Buffer.from(value);
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first characters mix in the bytes before, and the last one those behind.
    const own = text.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
    return own.length < 8 ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
