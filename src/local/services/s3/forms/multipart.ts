// The fields of a form with a file (multipart/form-data).
// https://www.rfc-editor.org/rfc/rfc7578

export interface Form {
  /** By name in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Buffer | undefined;
  readonly fileName: string;
}

/** undefined: the content type is not that of such a form. Fields after the file are ignored, as S3 does. */
export function readForm(contentType: string, body: Buffer): Form | undefined {
  const [, quoted, bare] =
    /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const { head, content } of partsOf(body, `--${boundary}`)) {
    const [, name = ''] = /\bname="([^"]*)"/i.exec(head) ?? [];
    if (name.toLowerCase() === 'file') {
      const [, fileName = ''] = /\bfilename="([^"]*)"/i.exec(head) ?? [];
      return { fields, file: content, fileName };
    }
    fields.set(name.toLowerCase(), content.toString());
  }
  return { fields, file: undefined, fileName: '' };
}

function* partsOf(body: Buffer, delimiter: string): Generator<{ head: string; content: Buffer }> {
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = body.indexOf('\r\n', at) + 2;
    const end = body.indexOf(`\r\n${delimiter}`, start - 2);
    if (start < 2 || end < 0) return;
    const split = body.indexOf('\r\n\r\n', start);
    if (split < 0 || split > end) return;
    yield { head: body.subarray(start, split).toString(), content: body.subarray(split + 4, end) };
    at = end + 2;
  }
}
