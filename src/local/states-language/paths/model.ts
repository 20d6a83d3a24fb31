// JSONPath, parsed.
import type { Json } from '../json.ts';

export type Segment =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indexes'; readonly indexes: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' | 'deep' | 'length' }
  | { readonly kind: 'filter'; readonly filter: Filter };

export interface Path {
  readonly text: string;
  /** `$`: the data; `$$`: the context object; otherwise the name of a variable. */
  readonly root: string;
  readonly segments: readonly Segment[];
  /** Whether it can only name one value. */
  readonly definite: boolean;
}

export type Filter =
  | { readonly kind: 'or' | 'and'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }
  | { readonly kind: 'exists'; readonly path: Path }
  | { readonly kind: 'compare'; readonly operator: string; readonly left: Operand; readonly right: Operand };

export type Operand = { readonly path: Path } | { readonly value: Json };

export type Variables = Readonly<Record<string, Json>>;
