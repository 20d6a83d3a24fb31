// What pip's failures mean: which requirement is at fault, why, and what to do.
import { badInput, UserError } from '../../errors.ts';
import { normalized } from './package-name.ts';
import { lastLines } from './program.ts';
import { describeTarget, type Target } from './target.ts';

const unreachable = /Could not fetch URL|NewConnectionError|NameResolutionError|ConnectTimeout|ProxyError/;
const wrongInput =
  /Invalid requirement|--require-hashes|DO NOT MATCH THE HASHES|ResolutionImpossible|not a supported wheel|is an editable install/;

export interface FailedPip {
  /** The requirements file. */
  file: string;
  target: Target;
  /** What pip said. */
  output: string;
  /** What it says when it is asked again for every link that it looks at. */
  verbose(): Promise<string>;
}

/** The error for the user. */
export async function pipFailure({ file, target, output, verbose }: FailedPip): Promise<UserError> {
  const title = `pip cannot install ${file} for ${describeTarget(target)}`;
  if (unreachable.test(output)) {
    return new UserError(title, undefined, {
      reason: 'the package index cannot be reached',
      next: 'check the network, the proxy and pip config list, and run it again',
    });
  }
  const missing = /No matching distribution found for (.+)/.exec(output)?.[1]?.trim();
  if (missing) {
    const versions = /\(from versions: (?!none)([^)]*)\)/.exec(output)?.[1];
    // Asked again for what it passed over, and why.
    const log = versions === undefined ? await verbose() : '';
    return noWheel(missing.split(' (from ')[0] as string, target, { versions, log });
  }
  const said = output
    .split(/\r?\n/)
    .filter((line) => /^\s*ERROR: |^ {4}\S/.test(line))
    .map((line) => line.trim().replace(/^ERROR: /, ''));
  const reason = said.length > 0 ? said.slice(0, 6).join('\n') : lastLines(output, 6);
  return wrongInput.test(output) ? badInput(title, { reason }) : new UserError(title, undefined, { reason });
}

/** Says whether a package is there as source only, for other machines only, or not at all. */
function noWheel(
  requirement: string,
  target: Target,
  { versions, log }: { versions?: string; log: string },
): UserError {
  const [, name = requirement, version = ''] = /^([\w.-]+)(?:==([\w.!+-]+)$)?/.exec(requirement) ?? [];
  const file = `/${normalized(name)}-${normalized(version)}`;
  const skipped = log
    .split('\n')
    .filter(
      (line) => /Skipping link|requires a different Python/.test(line) && normalized(line).includes(file),
    );
  const is = (words: string) => skipped.some((line) => line.includes(words));
  const newest = versions?.split(', ').slice(-5).join(', ');
  const reason = newest
    ? `versions with wheels that fit: ${newest}`
    : is("none of the wheel's tags")
      ? 'its wheels are for other systems, architectures or versions of Python'
      : is('No sources permitted')
        ? 'it is published as source only, and that would be compiled for this machine'
        : is('requires a different Python')
          ? `it is for other versions of Python than ${target.version}`
          : 'the package index does not have it';
  return badInput(`no wheel of ${requirement} for ${describeTarget(target)} on Amazon Linux`, {
    reason,
    next:
      skipped.length > 0 || newest
        ? `pin a version with wheels; or make one (pip wheel --no-deps ${name} -w wheels) and add "--find-links wheels"; or leave it out`
        : 'check name and version, and with "pip config list" which index is asked',
  });
}
