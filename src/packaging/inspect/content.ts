// Finds files that load, but hardly belong in a package: private keys, passwords, placeholders.
import type { PackageEntry } from '../entry.ts';
import type { Package } from '../package.ts';
import { ownersOf } from './owner.ts';

export interface Finding {
  /** `private keys: k.pem`; packages with the same files have the same text. */
  text: string;
  /** What has it: a package or the dependencies of a function, or a layer. */
  kind: 'package' | 'dependencies' | 'layer';
  /** The function, or the layer. */
  name: string;
}

/** Longer lists are cut, and end in "and N more". */
const shownFiles = 3;

/** Folders in which installed packages keep keys and certificates for their own tests. */
const ofTests =
  /(^|\/)(__tests__|tests?|testing|test-\w+|test_\w+|testdata|specs?|fixtures?|examples?|samples?|mocks?|docs?|benchmarks?)\//i;

export async function contentFindings(
  zip: Package,
  subject: Pick<Finding, 'kind' | 'name'>,
): Promise<Finding[]> {
  const paths = (has: (entry: PackageEntry) => unknown) => zip.notable.filter(has).map(({ path }) => path);
  const found: [content: string, paths: string[], next: string][] = [
    [
      'private keys',
      await withoutTests(
        zip,
        paths(({ privateKey }) => privateKey),
      ),
      '',
    ],
    [
      'a password or a token in a URL',
      paths(({ credentials }) => credentials),
      '; leave it out with .slsctlignore',
    ],
    [
      'Git LFS pointers in place of files',
      paths(({ placeholder }) => placeholder),
      '; git lfs pull fetches them',
    ],
  ];
  return found
    .filter(([, paths]) => paths.length > 0)
    .map(([content, paths, next]) => ({
      ...subject,
      text: `${content}: ${listed(paths, shownFiles)}${next}`,
    }));
}

/** Test keys of installed packages are published with them, so they are no secret. */
async function withoutTests(zip: Package, paths: readonly string[]): Promise<string[]> {
  const candidates = paths.filter((path) => ofTests.test(path));
  if (candidates.length === 0) return [...paths];
  const owners = await ownersOf(zip, candidates);
  return paths.filter(
    (path) => !(ofTests.test(path) && (owners.has(path) || /(^|\/)site-packages\//.test(path))),
  );
}

/** Tells each finding once, with all packages that have the same files. */
export function tellFindings(findings: readonly Finding[], warn: (text: string) => void): void {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.kind, finding.text]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  for (const group of groups.values()) {
    const { kind, text } = group[0] as Finding;
    warn(`${subjectOf(kind, [...new Set(group.map(({ name }) => name))].sort())} ${text}`);
  }
}

function subjectOf(kind: Finding['kind'], names: readonly string[]): string {
  const shown = listed(names, shownFiles);
  if (kind === 'layer') return `layer ${shown} has`;
  if (kind === 'dependencies') return `the dependencies of ${shown} have`;
  return names.length > 1 ? `the packages of ${shown} have` : `the package of ${shown} has`;
}

export function listed(texts: readonly string[], shown: number): string {
  const rest = texts.length - shown;
  return texts.slice(0, shown).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
