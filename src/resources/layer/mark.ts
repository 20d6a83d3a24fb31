// The owner of a layer version. AWS has no tags for layers, so the owner is appended to the version's description.
import type { Owner } from '../../engine/resource.ts';

export interface LayerMark extends Owner {
  /** Of the zip, in base64. slsctl recognizes an unchanged layer by it; AWS's lists of versions do not include it. */
  sha256: string;
  /** The user's own description, without the mark. */
  description: string;
}

const longestDescription = 256;
const pattern = /^(?:(.*) )?\[slsctl ([\w-]+)(?:\/([\w-]+))? sha256:([A-Za-z0-9+/]{43}=)\]$/s;

/** `DESCRIPTION [slsctl PROJECT/STAGE sha256:…]` */
export function markedDescription({ project, stage, sha256, description }: LayerMark): string {
  const owner = stage === undefined ? project : `${project}/${stage}`;
  return `${description === '' ? '' : `${description} `}[slsctl ${owner} sha256:${sha256}]`;
}

/** undefined: slsctl did not publish the version. */
export function readMark(description: string | undefined): LayerMark | undefined {
  const [, text = '', project, stage, sha256] = pattern.exec(description ?? '') ?? [];
  if (project === undefined || sha256 === undefined) return undefined;
  return { project, stage, sha256, description: text };
}

/** The number of characters that the user's own description may have. */
export function roomBesideMark(owner: Owner): number {
  return (
    longestDescription - markedDescription({ ...owner, sha256: 'x'.repeat(44), description: ' ' }).length + 1
  );
}
