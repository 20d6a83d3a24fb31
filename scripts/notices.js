// The licenses of the packages whose code is in dist/, for THIRD_PARTY_NOTICES.

/** Licenses (SPDX) that allow code to be shipped in a program under MIT, as long as their text comes along. */
const permissive = new Set([
  ...['MIT', 'MIT-0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', 'BlueOak-1.0.0', 'Zlib'],
]);

/** An SPDX expression, in which AND binds closer than OR. Parentheses inside are not understood, and refused. */
const isPermissive = (license) =>
  String(license)
    .replace(/^\(([^()]*)\)$/, '$1')
    .split(' OR ')
    .some((choice) => choice.split(' AND ').every((one) => permissive.has(one)));

const scope = ({ name }) => /^@[^/]+\//.exec(name)?.[0];

/** Some packages of a scope come without the text; their siblings under the same license have it. */
function textsOf(one, packages) {
  if (one.texts.length > 0) return one.texts;
  const isSibling = (other) => scope(one) && scope(other) === scope(one) && other.license === one.license;
  return packages.find((other) => other.texts.length > 0 && isSibling(other))?.texts ?? [];
}

/** `packages` as `bundledPackages` describes them. Answers sentences; none: all of them may be shipped. */
export function licenseProblems(packages) {
  const refused = packages.filter(({ license }) => !isPermissive(license));
  const silent = packages.filter((one) => textsOf(one, packages).length === 0);
  return [
    ...refused.map(
      ({ name, version, license }) =>
        `${name} ${version} is under ${license ?? 'no license'}, which is not known to allow bundling: use another package`,
    ),
    ...silent.map(({ name, version }) => `${name} ${version} is bundled but has no file with its license`),
  ];
}

/** The text of THIRD_PARTY_NOTICES. Packages that share a license text are listed above it. */
export function notices(packages) {
  const groups = new Map();
  for (const one of packages) {
    const text = textsOf(one, packages).join('\n\n');
    groups.set(text, [...(groups.get(text) ?? []), one]);
  }
  const sections = [...groups].map(([text, group]) => {
    const titles = group.map(({ name, version, license }) => `${name} ${version}, ${license}`);
    return `${'='.repeat(80)}\n${titles.join('\n')}\n${'-'.repeat(80)}\n\n${text}\n`;
  });
  return `slsctl contains code of the packages below, under their licenses.\n\n${sections.join('\n')}`;
}
