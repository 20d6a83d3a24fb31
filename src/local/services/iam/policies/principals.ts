// Whether a statement of a trust policy or of a resource's policy names a principal.
import { listOf, type Statement } from './document-syntax.ts';

/** `matches` says whether a value of this kind is the caller; `*` alone names everybody. */
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
