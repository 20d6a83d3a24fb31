// Explains a failure of pip: which requirement failed, why, and what to do.
import { badInput, type UserError } from '../../../errors/user-error.ts';
import { describeTarget, type Target } from '../target.ts';
import { lastLines } from '../tools.ts';
import { installFailure, placeIn, saidByGit, saidBySystem, shortened } from './install-failure.ts';
import { normalized } from './package-name.ts';

export interface FailedPip {
  /** The file that the user wrote. */
  source: string;
  /** The file that pip was given: the same, or one that was made from it. */
  file: string;
  target: Target;
  /** Output of pip. */
  output: string;
  /** Runs pip again with -vv: its output then names each link that it skips. */
  verbose(): Promise<string>;
}

/** The error for the user. */
export async function pipFailure(failed: FailedPip): Promise<UserError> {
  const { source, file, target } = failed;
  const output = failed.output.replaceAll('\r\n', '\n');
  const missing = /No matching distribution found for (.+)/.exec(output)?.[1]?.trim();
  if (missing) return missingPackage(missing.split(' (from ')[0] as string, failed);
  const git = saidByGit(output);
  const error = git ?? crash(output) ?? errors(output);
  const said = shortened(error.replace(from, '').replaceAll(file, source));
  const [text = '', malformed] = /^Invalid requirement: '?([^'\n]+)'?:? ?/.exec(said) ?? [];
  const collected = git && output.match(/^Collecting .*/gm)?.at(-1);
  const [, before, of, line = before] = (file === source && from.exec(collected ?? error)) || [];
  const place = line ? `${of}:${line}` : await placeIn(source, malformed ? `${said}\n${malformed}` : said);
  if (malformed) {
    const reason = said.slice(text.length).trim();
    return installFailure(`${place} is not a valid requirement: ${malformed}`, said, reason);
  }
  return installFailure(`pip cannot install ${place} for ${describeTarget(target)}`, said);
}

/** Place of a requirement, in the two forms in which pip gives it. */
const from = / \(from (?:-r )?(?:line (\d+) of )?(.+?)(?: \(line (\d+)\))?\)/;

/** The exception that ended pip, without its stack trace. */
function crash(output: string): string | undefined {
  const trace = output
    .split(/^Traceback \(most recent call last\):/m)
    .slice(1)
    .at(-1);
  const [, text] = /^(?:\w+\.)*(\w+: .*(?:\n[ \t]+.*)*)/m.exec(trace ?? '') ?? [];
  return text?.replace(/\n[ ^~]+$/, '');
}

/** Lines that pip marks as errors, with the details that it indents. */
function errors(output: string): string {
  const build = /lines of output\]\n([\s\S]*?)\n\s*\[end of output\]/.exec(output)?.[1];
  if (build !== undefined) return lastLines(build, 3).replace(/^\s+/gm, '');
  const said = output
    .split(/\r?\n/)
    .filter((line) => /^\s*ERROR: |^Hint: |^ {4}.*\w/.test(line))
    .map((line) => line.trim().replace(/^(ERROR|Hint): /, ''));
  return said.length > 0 ? said.slice(0, 6).join('\n') : lastLines(output, 6);
}

/** The error for a requirement that pip found nothing for. pip runs again, to tell what it skipped and why. */
async function missingPackage(requirement: string, failed: FailedPip): Promise<UserError> {
  const { source, target, output } = failed;
  if (!isSpecified(requirement)) {
    const place = await placeIn(source, `'${requirement}'`);
    return installFailure(`${place} is not a valid requirement: ${requirement}`, 'Invalid requirement', '');
  }
  const log = await failed.verbose();
  const [, url, why] =
    [...log.matchAll(/^Could not fetch URL (\S+): (.*) - skipping/gm)].find(
      ([, , said]) => !said?.startsWith('404 '),
    ) ?? ([] as string[]);
  if (url && why) {
    const status = /^(\d{3}) .*Error: (.+?) for url|too many (\d{3}) error/.exec(why);
    const [, code = status?.[3], words = ''] = status ?? [];
    const reason = code
      ? `${url} answers ${code} ${words}`.trim()
      : `${url} cannot be reached: ${saidBySystem(why) ?? why}`;
    return installFailure(`no package index answers for ${requirement}`, why, reason);
  }
  const versions = /\(from versions: (?!none)([^)]*)\)/.exec(output)?.[1];
  return noWheel(requirement, target, { versions, log });
}

/** Whether the name is followed by valid versions. Older versions of pip do not check this. */
function isSpecified(requirement: string): boolean {
  const versions = requirement.replace(/^[\w.-]+(\[[^\]]*\])?/, '').split(';')[0] as string;
  const versionSpecifier = /^\s*(===\s*\S+|(==|[<>~!]=|[<>])\s*v?\d\S*)\s*$/;
  return versions.trim() === '' || versions.split(',').every((version) => versionSpecifier.test(version));
}

/** Warnings about extras that a package does not have: pip installs the package without them. */
export function pipWarnings(output: string): string[] {
  return [...output.matchAll(/^\s*WARNING: (.* does not provide the extra .*)$/gm)].map(
    ([, text = '']) => text,
  );
}

/** Tells whether a package exists as source only, for other machines only, or not at all. */
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
  const isSkippedFor = (words: string) => skipped.some((line) => line.includes(words));
  const newest = versions?.split(', ').slice(-5).join(', ');
  const reason = newest
    ? `versions with wheels that fit: ${newest}`
    : isSkippedFor("none of the wheel's tags")
      ? 'its wheels are for other systems, architectures or versions of Python'
      : isSkippedFor('No sources permitted')
        ? 'it is published as source only, and this machine cannot compile it for the target'
        : isSkippedFor('requires a different Python')
          ? `it does not support Python ${target.version}`
          : 'the package index does not have it';
  return badInput(`no wheel of ${requirement} for ${describeTarget(target)} on Amazon Linux`, {
    reason,
    next:
      skipped.length > 0 || newest
        ? `pin a version with wheels; or build a wheel (pip wheel --no-deps ${name} -w wheels) and add "--find-links wheels"; or remove it`
        : 'check the name, the version and the package index (pip config list)',
  });
}
