// Shows the URL of a function: its address, what it calls and who may call it.
import type { FunctionUrlConfig } from '@aws-sdk/client-lambda';
import { latest } from '../config/qualifiers.ts';
import type { Resource } from '../engine/resource.ts';
import { FunctionUrlResource } from '../resources/attachments/function-url.ts';
import { columns } from '../ui/table.ts';
import type { Style } from '../ui/ui.ts';

export interface UrlData {
  address: string;
  /** An alias, or $LATEST. */
  qualifier: string;
  authType: string;
  /** Everybody on the internet may call it. */
  public: boolean;
}

/** The URL among the attachments of a function; `liveOf` answers their live state. undefined: none is live. */
export function urlData(
  attachments: readonly Resource[],
  liveOf: (resource: Resource) => unknown,
): UrlData | undefined {
  const urls = attachments.filter((resource) => resource instanceof FunctionUrlResource);
  // While a URL moves, the new one comes first.
  const resource = urls.find((one) => liveOf(one) !== undefined);
  if (!resource) return undefined;
  const { FunctionUrl = '', AuthType = '' } = liveOf(resource) as FunctionUrlConfig;
  return {
    address: FunctionUrl,
    qualifier: resource.qualifier ?? latest,
    authType: AuthType,
    public: AuthType === 'NONE',
  };
}

/** Its address; and, below it, what it calls and who may call it: both together are too long for a terminal. */
export function urlRows(
  title: string,
  { address, qualifier, public: isPublic }: UrlData,
  style: Style,
): [label: string, text: string][] {
  const who = isPublic ? style.yellow('public: everybody may call it') : 'signed requests only';
  return [
    [title, address],
    ['', `calls ${qualifier}, ${who}`],
  ];
}

/** Lines for each function that has a URL; undefined: none has. */
export function urlLines(
  functions: readonly { name: string; url?: UrlData }[],
  style: Style,
): string | undefined {
  const rows = functions.flatMap(({ name, url }) => (url ? urlRows(style.bold(name), url, style) : []));
  return rows.length > 0 ? columns(rows) : undefined;
}
