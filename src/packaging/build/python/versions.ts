// Compares versions of Python packages, and tells which of them a requirement admits (PEP 440).

/** Compares as `sort` needs it. Versions that are not valid come first. */
export function compareVersions(a: string, b: string): number {
  const [keyA, keyB] = [keyOf(a), keyOf(b)];
  for (let index = 0; index < Math.max(keyA.length, keyB.length); index += 1) {
    const difference = (keyA[index] ?? 0) - (keyB[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export function isPreRelease(version: string): boolean {
  return /\d[-_.]?(a|b|c|rc|alpha|beta|pre|preview|dev)[-_.]?\d*/i.test(version);
}

/** How many numbers of a release are compared. */
const releaseLength = 6;
const phases: Record<string, number> = { a: 1, alpha: 1, b: 2, beta: 2, c: 3, rc: 3, pre: 3, preview: 3 };
const final = 4;

const version =
  /^v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?([-_.]?dev[-_.]?(\d*))?(?:\+.*)?$/i;

/** Epoch, release, phase, and the numbers of phase, post-release and development release. */
function keyOf(text: string): number[] {
  const [, epoch = '0', release, phase, number, dash, post = dash, dev, devNumber] =
    version.exec(text.trim()) ?? [];
  if (release === undefined) return [-1];
  const numbers = release.split('.').map(Number);
  const padded = Array.from({ length: releaseLength }, (_, index) => numbers[index] ?? 0);
  // 1.0.dev1 comes before 1.0a1, and 1.0a1.dev1 before 1.0a1.
  const isDevOnly = dev !== undefined && phase === undefined && post === undefined;
  const rank = phase === undefined ? (isDevOnly ? 0 : final) : (phases[phase.toLowerCase()] ?? 0);
  return [
    Number(epoch),
    ...padded,
    rank,
    Number(number || 0),
    post === undefined ? -1 : Number(post || 0),
    dev === undefined ? Number.MAX_SAFE_INTEGER : Number(devNumber || 0),
  ];
}

export interface Clause {
  operator: string;
  version: string;
}

/** The clauses in `>=1, <2` or `name[extra]>=1,<2; marker`. */
export function clausesOf(requirement: string): Clause[] {
  const specifiers = requirement.split(';')[0]?.replace(/^\s*[\w.-]+(\s*\[[^\]]*\])?/, '') ?? '';
  return [...specifiers.matchAll(/(===|==|~=|!=|<=|>=|<|>)\s*([\w.!+*-]+)/g)].map(
    ([, operator = '', version = '']) => ({ operator, version }),
  );
}

export function admits(clauses: readonly Clause[], candidate: string): boolean {
  return clauses.every((clause) => fits(clause, candidate));
}

function fits({ operator, version: wanted }: Clause, candidate: string): boolean {
  if (operator === '===') return candidate === wanted;
  if (operator === '~=') {
    const series = wanted.replace(/[-_.]?(a|b|c|rc|post|dev)[-_.]?\d*$/i, '').replace(/\.\d+$/, '.*');
    return compareVersions(candidate, wanted) >= 0 && isInSeries(candidate, series);
  }
  if (operator === '==' || operator === '!=') {
    const isSame = wanted.endsWith('.*')
      ? isInSeries(candidate, wanted)
      : compareVersions(candidate, wanted) === 0;
    return isSame === (operator === '==');
  }
  const order = compareVersions(candidate, wanted);
  if (operator === '<=') return order <= 0;
  if (operator === '>=') return order >= 0;
  return operator === '<' ? order < 0 : order > 0;
}

/** `series` ends in `.*` */
function isInSeries(candidate: string, series: string): boolean {
  const wanted = series.slice(0, -2).split('.').map(Number);
  const numbers = (version.exec(candidate)?.[2] ?? '').split('.').map(Number);
  return wanted.every((number, index) => (numbers[index] ?? 0) === number);
}
