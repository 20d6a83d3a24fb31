// Which principals a statement of a trust policy or of a resource's policy names.
import { listOf, type Statement } from './document-syntax.ts';

/** `matches` tells whether a value under this kind means the one who asks; `*` alone means everybody. */
export function namesPrincipal(
  { Principal, NotPrincipal }: Pick<Statement, 'Principal' | 'NotPrincipal'>,
  kind: 'AWS' | 'Service',
  matches: (value: string) => boolean,
): boolean {
  if (NotPrincipal !== undefined) {
    return !namesPrincipal({ Principal: NotPrincipal as Statement['Principal'] }, kind, matches);
  }
  if (Principal === '*') return true;
  return typeof Principal === 'object' && listOf(Principal[kind]).some(matches);
}
