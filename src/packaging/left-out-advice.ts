// Why a file that is needed is not in the package, and what to do about it.
import type { UserErrorOptions } from '../errors/user-error.ts';
import type { LeftOut } from './files.ts';

/** The rule that left it out, and how to take it in. */
export function leftOutAdvice({ path, by }: LeftOut): UserErrorOptions {
  if (by === 'built-in') {
    return {
      reason: `${path} is left out by a built-in rule`,
      next: `list ${path.replace(/\/$/, '/**')} under code.include in slsctl.yml`,
    };
  }
  if (by === 'exclude') {
    return { reason: `${path} is left out by exclude in slsctl.yml`, next: 'take it out of exclude' };
  }
  if (!by.endsWith('.slsctlignore')) return { reason: `${path} is left out: it is ${by}` };
  return { reason: `${path} is left out by ${by}`, next: `take it out of ${by}` };
}
