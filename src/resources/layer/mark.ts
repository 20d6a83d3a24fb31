// Whose a version of a layer is: layers carry no tags on AWS, so that it stands in the version's description.
import type { Owner } from '../../engine/resource.ts';

export interface LayerMark extends Owner {
  /** Of the zip, base64: lists of versions do not say it, and it is how an unchanged layer is recognized. */
  sha256: string;
  /** The user's own description, without the mark. */
  description: string;
}

const longest = 256;
const pattern = /^(?:(.*) )?\[slsctl ([\w-]+)(?:\/([\w-]+))? sha256:([A-Za-z0-9+/]{43}=)\]$/s;

/** `What is in it [slsctl PROJECT/STAGE sha256:…]` */
export function markedDescription({ project, stage, sha256, description }: LayerMark): string {
  const owner = stage === undefined ? project : `${project}/${stage}`;
  return `${description === '' ? '' : `${description} `}[slsctl ${owner} sha256:${sha256}]`;
}

/** undefined: it was not published by slsctl. */
export function readMark(description: string | undefined): LayerMark | undefined {
  const [, text = '', project, stage, sha256] = pattern.exec(description ?? '') ?? [];
  if (project === undefined || sha256 === undefined) return undefined;
  return { project, stage, sha256, description: text };
}

/** Characters that are left for the user's own description. */
export function roomBesideMark(owner: Owner): number {
  return longest - markedDescription({ ...owner, sha256: 'x'.repeat(44), description: ' ' }).length + 1;
}
