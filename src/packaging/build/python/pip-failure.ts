// Explains a failure of pip: which requirement failed, why, and what to do.
import type { UserError } from '../../../errors/user-error.ts';
import { describeTarget, type Target } from '../target.ts';
import { lastLines } from '../tools.ts';
import { describeVersions } from './fitting-versions.ts';
import { installFailure, placeIn, saidByGit, saidBySystem, shortened } from './install-failure.ts';
import { noWheel, otherWheels, sourceOnly } from './no-wheel.ts';
import { normalized } from './package-name.ts';
import { admits, clausesOf } from './versions.ts';

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
  /** Runs pip with only this requirement, and with the options of the file. */
  only(requirement: string): Promise<string>;
}

/** The error for the user. */
export async function pipFailure(failed: FailedPip): Promise<UserError> {
  const { source, file, target } = failed;
  const output = failed.output.replaceAll('\r\n', '\n');
  const missing = /No matching distribution found for (.+)/.exec(output)?.[1]?.trim();
  if (missing) return missingPackage(missing.split(' (from ')[0] as string, failed);
  const culprit = /ResolutionImpossible/.test(output) ? await withoutWheel(failed) : undefined;
  if (culprit) return culprit;
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
  return missingWheel(requirement, target, { versions: offeredVersions(output), log });
}

/** Versions with wheels that fit, by the message of pip. */
function offeredVersions(output: string): string[] {
  return /\(from versions: (?!none)([^)]*)\)/.exec(output)?.[1]?.split(', ') ?? [];
}

/**
 * pip calls it a conflict when two requirements name one package and one of them has no wheel. The error for that one;
 * undefined when the requirements really conflict.
 */
async function withoutWheel({ output, target, only }: FailedPip): Promise<UserError | undefined> {
  const asked = [...output.matchAll(/^ {4}(?:The user requested|.* depends on) (\S.*)$/gm)].map(
    ([, requirement = '']) => requirement.trim(),
  );
  const names = asked.map((requirement) => normalized(/^[\w.-]*/.exec(requirement)?.[0] ?? ''));
  for (const name of new Set(names.filter((name, index) => name && names.indexOf(name) !== index))) {
    // No version is older than 0, so pip lists all.
    const versions = offeredVersions(await only(`${name}<0`));
    const lacking = asked.find(
      (requirement, index) =>
        names[index] === name && !versions.some((version) => admits(clausesOf(requirement), version)),
    );
    if (lacking && versions.length > 0) return missingWheel(lacking, target, { versions, log: '' });
  }
  return undefined;
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
function missingWheel(
  requirement: string,
  target: Target,
  { versions, log }: { versions: readonly string[]; log: string },
): UserError {
  const [, name = requirement, version = ''] = /^([\w.-]+)(?:==([\w.!+-]+)$)?/.exec(requirement) ?? [];
  const file = `/${normalized(name)}-${normalized(version)}`;
  const skipped = log
    .split('\n')
    .filter(
      (line) => /Skipping link|requires a different Python/.test(line) && normalized(line).includes(file),
    );
  const isSkippedFor = (words: string) => skipped.some((line) => line.includes(words));
  const fitting = describeVersions(versions, clausesOf(requirement));
  const reason =
    fitting ??
    (isSkippedFor("none of the wheel's tags")
      ? otherWheels
      : isSkippedFor('No sources permitted')
        ? sourceOnly
        : isSkippedFor('requires a different Python')
          ? `it does not support Python ${target.version}`
          : 'the package index does not have it');
  const next =
    skipped.length > 0 || fitting
      ? `pin a version with wheels; or build a wheel (pip wheel --no-deps ${name} -w wheels) and add "--find-links wheels"; or remove it`
      : 'check the name, the version and the package index (pip config list)';
  return noWheel(requirement, target, reason, next);
}
