// The command line as Markdown, from the table of commands.
import { Option } from 'commander';
import { globalOptions } from '../../src/cli/global.ts';
import type { CommandSpec } from '../../src/cli/spec.ts';
import { commands } from '../../src/cli/table.ts';
import { table } from './blocks.ts';

export const commandBlocks: Record<string, () => string> = {
  'list of commands': list,
  commands: all,
  'options of every command': () => optionTable(globalOptions),
};

function list(): string {
  const rows = commands.map((spec) => {
    const { name } = parts(spec.usage);
    const below = spec.subcommands?.map((sub) => parts(sub.usage).name).join(', ');
    return [`[\`${name}\`](#slsctl-${name})`, below ? `${spec.summary}: ${below}` : spec.summary];
  });
  return table(['command', 'does'], rows);
}

function all(): string {
  return commands
    .flatMap((spec) => [...(spec.group ? [`## ${spec.group}`] : []), ...command(spec, 'slsctl', '###')])
    .join('\n\n');
}

/** A command and its subcommands. */
function command(spec: CommandSpec, before: string, level: string): string[] {
  const { name, rest } = parts(spec.usage);
  const path = `${before} ${name}`;
  const subcommands = (spec.subcommands ?? []).flatMap((sub) => command(sub, path, '####'));
  const { options = [], examples = [] } = spec;
  const own = spec.run
    ? [`\`\`\`\n${[path, ...(spec.syntax ? [spec.syntax] : rest)].join(' ')}\n\`\`\``]
    : [];
  return [
    `${level} ${path}`,
    sentence(spec.summary),
    ...own,
    ...(options.length > 0 ? [optionTable(options)] : []),
    ...(examples.length > 0 ? [`\`\`\`sh\n${examples.join('\n')}\n\`\`\``] : []),
    ...subcommands,
  ];
}

function parts(usage: string): { name: string; rest: string[] } {
  const [name = '', ...rest] = usage.split(' ');
  return { name, rest };
}

function optionTable(options: NonNullable<CommandSpec['options']>): string {
  const rows = options.map((option) => {
    const { flags, description, choices } = described(option);
    const allowed = choices ? ` (${choices.join(', ')})` : '';
    return [`\`${flags}\``, `${description}${allowed}`];
  });
  return table(['option', 'does'], rows);
}

function described(option: Option | [flags: string, description: string]) {
  if (!(option instanceof Option)) return { flags: option[0], description: option[1] };
  const { flags, description, argChoices: choices } = option;
  return { flags, description, choices };
}

/** A summary of the table begins with a small letter and has no full stop. */
function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
