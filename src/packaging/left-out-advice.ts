// Advice for a needed file that a rule left out of the package.
import type { UserErrorOptions } from '../errors/user-error.ts';
import type { LeftOut } from './files.ts';

/** The rule that left the file out, and how to get the file into the package. */
export function leftOutAdvice({ path, by }: LeftOut): UserErrorOptions {
  if (by === 'built-in') {
    return {
      reason: `${path} is left out by a built-in rule`,
      next: `list ${path.replace(/\/$/, '/**')} under code.include in slsctl.yml`,
    };
  }
  if (by === 'exclude') {
    return { reason: `${path} is left out by exclude in slsctl.yml`, next: 'remove it from exclude' };
  }
  if (!by.endsWith('.slsctlignore')) return { reason: `${path} is left out: it is ${by}` };
  return { reason: `${path} is left out by ${by}`, next: `remove it from ${by}` };
}
