// The owner of a layer version. AWS has no tags for layers, so the owner is appended to the version's description.
import type { Owner } from '../../engine/resource.ts';

export interface LayerMark extends Owner {
  /** Of the zip, in base64. slsctl recognizes an unchanged layer by it; AWS's lists of versions do not include it. */
  sha256: string;
  /** The user's own description, without the mark. */
  description: string;
}

const longestDescription = 256;
const pattern =
  /^(?:(.*) )?\[slsctl ([\w-]+)(?:\/([\w-]+))? sha256:([A-Za-z0-9+/]{43}=)(?: config:([^\]]+))?\]$/s;

/** `DESCRIPTION [slsctl PROJECT/STAGE sha256:… config:…]`; without the config when it makes the text too long. */
export function markedDescription({ project, stage, config, sha256, description }: LayerMark): string {
  const owner = stage === undefined ? project : `${project}/${stage}`;
  const marked = (more: string) =>
    `${description === '' ? '' : `${description} `}[slsctl ${owner} sha256:${sha256}${more}]`;
  const whole = config ? marked(` config:${config}`) : '';
  return whole !== '' && whole.length <= longestDescription ? whole : marked('');
}

/** undefined: slsctl did not publish the version. */
export function readMark(description: string | undefined): LayerMark | undefined {
  const [, text = '', project, stage, sha256, config] = pattern.exec(description ?? '') ?? [];
  if (project === undefined || sha256 === undefined) return undefined;
  return { project, stage, config, sha256, description: text };
}

/** The number of characters that the user's own description may have. */
export function roomBesideMark({ project, stage }: Owner): number {
  const mark = markedDescription({ project, stage, sha256: 'x'.repeat(44), description: ' ' });
  return longestDescription - mark.length + 1;
}
