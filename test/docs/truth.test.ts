// README, CONTRIBUTING and docs/ name only what there is: files, headings, commands, options, npm scripts.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { globalOptions } from '../../src/cli/global.ts';
import type { CommandSpec } from '../../src/cli/spec.ts';
import { commands } from '../../src/cli/table.ts';
import { anchors, inlineCode, type Page, pages, root, typedLines } from './pages.ts';

const paths = pages.map(({ path }) => path);
const pageAt = (path: string) => pages.find((one) => one.path === path) as Page;

describe('the pages for readers', () => {
  it('are read in full', () => {
    expect(paths).toContain('README.md');
    expect(paths.length).toBeGreaterThan(2);
  });

  it.each(paths)('%s links to files and headings that exist', (path) => {
    const page = pageAt(path);
    const links = [...page.text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to);
    const broken = links.filter((to) => {
      if (/^https?:/.test(to)) return false;
      const [file = '', anchor] = to.split('#');
      const target = file === '' ? path : posix.join(posix.dirname(path), file);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchors(pageAt(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it.each(paths)('%s names files of this repository that exist', (path) => {
    const named = inlineCode(pageAt(path)).filter((code) =>
      /^(src|test|scripts|bench|bin|templates|docs|\.ci)\/[\w./*-]*$/.test(code),
    );
    const missing = named.filter((code) => {
      const whole = code.includes('*') ? dirname(code.slice(0, code.indexOf('*') + 1)) : code;
      return !existsSync(join(root, whole));
    });
    expect(missing).toEqual([]);
  });

  it.each(paths)('%s names functions that stand in the file beside them', (path) => {
    const pairs = pageAt(path).text.matchAll(
      /`(\w+)(?:\(\))?` \(\[?`?((?:src|test|scripts|bench|bin)\/[\w./-]+)/g,
    );
    const missing = [...pairs].filter(
      ([, name = '', file = '']) => !new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, file), 'utf8')),
    );
    expect(missing.map(([whole]) => whole)).toEqual([]);
  });

  it.each(paths)('%s names commands and options of slsctl that exist', (path) => {
    const page = pageAt(path);
    const lines = [...typedLines(page), ...inlineCode(page).filter((code) => code.startsWith('slsctl '))];
    expect(lines.flatMap(wrongCommands)).toEqual([]);
    const options = inlineCode(page).filter((code) => /^--[a-z][a-z-]*\b/.test(code));
    expect(options.filter((code) => !everyOption.has(/^--[a-z-]+/.exec(code)?.[0] ?? ''))).toEqual([]);
  });

  it.each(paths)('%s names npm scripts that exist', (path) => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const named = pageAt(path).text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g);
    expect([...named].map(([, name = '']) => name).filter((name) => !(name in scripts))).toEqual([]);
  });
});

it('the tree in docs/how-it-works.md has the folders of src/, two levels deep', () => {
  const [tree = ''] = /^src\/\n(?: +.*\n)+/m.exec(pageAt('docs/how-it-works.md').text) ?? [];
  let above = '';
  const shown = [...tree.matchAll(/^( +)([\w-]+)\/ +\S/gm)].map(([, indent = '', name = '']) => {
    if (indent.length === 2) above = name;
    return indent.length === 2 ? name : `${above}/${name}`;
  });
  const src = join(root, 'src');
  const folders = readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => relative(src, join(parentPath, name)).split(sep).join('/'))
    .filter((path) => path.split('/').length <= 2);
  expect(shown).toEqual(folders.sort());
});

it('the examples of the command table name commands and options that exist', () => {
  const examples = (spec: CommandSpec): string[] => [
    ...(spec.examples ?? []),
    ...(spec.subcommands ?? []).flatMap(examples),
  ];
  const all = commands.flatMap(examples);
  expect(all.length).toBeGreaterThan(20);
  expect(all.flatMap(wrongCommands)).toEqual([]);
});

const optionsOf = (options: CommandSpec['options'] = []): string[] =>
  options.flatMap((option) => {
    const { short, long } = option instanceof Option ? option : new Option(...option);
    return [short, long].filter((flag) => flag !== undefined);
  });
const ofAll = ['--help', '-h', '--version', '-V', ...optionsOf(globalOptions)];

/** Also those of other programs that the pages name. */
const everyOption = new Set([
  ...ofAll,
  ...commands.flatMap(function deep(spec): string[] {
    return [...optionsOf(spec.options), ...(spec.subcommands ?? []).flatMap(deep)];
  }),
]);

/** What is wrong with the `slsctl` commands of a line as a shell reads it. */
function wrongCommands(line: string): string[] {
  const plain = line.replace(/'[^']*'|"[^"$]*"/g, 'TEXT');
  const runs = [...plain.matchAll(/(?<![\w./-])slsctl ([^;&|)>#]*)/g)].map(([, words = '']) => words.trim());
  return runs.flatMap((words) => {
    const tokens = words.split(/\s+/);
    if (tokens[0] === 'help') tokens.shift();
    const [first = ''] = tokens;
    if (first === '' || first === 'COMMAND' || first.startsWith('-'))
      return unknownOptions(tokens, ofAll, line);
    let spec = commands.find(({ usage }) => usage.split(' ')[0] === first);
    if (!spec) return [`${line}: there is no command ${first}`];
    for (const token of tokens.slice(1)) {
      if (!spec.subcommands || !/^[a-z]+$/.test(token)) break;
      spec = spec.subcommands.find(({ usage }) => usage.split(' ')[0] === token);
      if (!spec) return [`${line}: there is no command ${tokens.join(' ')}`];
    }
    return unknownOptions(tokens, [...ofAll, ...optionsOf(spec.options)], line);
  });
}

function unknownOptions(tokens: readonly string[], known: readonly string[], line: string): string[] {
  return tokens
    .filter((token) => /^--?[a-z]/i.test(token))
    .map((token) => token.split('=')[0] ?? '')
    .filter((flag) => !known.includes(flag))
    .map((flag) => `${line}: there is no option ${flag}`);
}
