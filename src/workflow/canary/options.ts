// Parses the options of a canary deployment, and refuses functions without an alias that can have a canary.
import { durationOf } from '../../advise/duration.ts';
import { parsePercent } from '../../advise/percent.ts';
import type { FunctionConfig } from '../../config/project.ts';
import type { NextPart } from '../../errors/next.ts';
import { badInput } from '../../errors/user-error.ts';
import { hasFollowers } from '../../resources/attachments/aliases.ts';

export interface CanaryArgs {
  canary?: string;
  bake?: string;
  maxErrors?: string;
}

export interface CanaryOptions {
  /** 0 to 1. */
  readonly weight: number;
  /** Milliseconds. */
  readonly bake: number;
  /** The highest error rate allowed, 0 to 1; undefined: the old version's. */
  readonly maxErrorRate?: number;
}

/** Milliseconds. */
const defaultBake = 300_000;
const maxBake = 86_400_000;

/** undefined: no canary was requested. Throws a UserError (exit 2). */
export function canaryOptions({ canary, bake, maxErrors }: CanaryArgs): CanaryOptions | undefined {
  if (canary === undefined) {
    const stray = bake !== undefined ? '--bake' : maxErrors !== undefined ? '--max-errors' : undefined;
    if (stray)
      throw badInput(`${stray} belongs to --canary`, { next: { command: 'deploy --canary 10% --bake 5m' } });
    return undefined;
  }
  const length = bake === undefined ? defaultBake : durationOf(bake);
  if (length === undefined || length < 1000 || length > maxBake) {
    throw badInput(`--bake is ${JSON.stringify(bake)}; allowed: 1s to 1d, written like 30s, 5m or 1h`);
  }
  return {
    weight: parsePercent(canary, '--canary'),
    bake: length,
    maxErrorRate:
      maxErrors === undefined ? undefined : parsePercent(maxErrors, '--max-errors', { ends: true }),
  };
}

/** Throws a UserError (exit 2) for functions that no alias serves. */
export function refuseWithoutAlias(functions: readonly FunctionConfig[], { canary }: CanaryArgs): void {
  const lacking = functions.filter((config) => !hasFollowers(config)).map(({ key }) => key);
  if (lacking.length === 0) return;
  const withAlias = functions.filter(hasFollowers).map(({ key }) => key);
  const only: NextPart[] =
    withAlias.length > 0
      ? ['; or only: ', { command: `deploy ${withAlias.join(' ')} --canary ${canary}` }]
      : [];
  throw badInput(
    `${lacking.join(', ')}: no alias follows the deployments, so requests cannot be split between two versions`,
    { next: [{ command: `alias set ${lacking[0]} live` }, ', then deploy once without --canary', ...only] },
  );
}
