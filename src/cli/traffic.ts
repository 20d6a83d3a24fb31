// The commands for versions, and for which of them gets the requests.
import type { CommandSpec } from './spec.ts';

export const traffic: CommandSpec[] = [
  {
    group: 'Versions and traffic',
    usage: 'versions [function]',
    summary: 'what was published, and which aliases serve it',
    options: [
      ['--publish', 'publish what is deployed now'],
      ['--description <text>', 'with --publish: what the version is'],
      ['--prune <keep>', 'delete old versions but the newest KEEP, and those that aliases need'],
    ],
    run: async (context, args) => (await import('../commands/versions.ts')).versions(context, args),
    examples: ['slsctl versions', 'slsctl versions --prune 5'],
  },
  {
    usage: 'alias',
    summary: 'names for versions, in the config and on AWS together',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'aliases, what they serve, and what ran before',
        run: async (context, args) => (await import('../commands/alias.ts')).aliasList(context, args),
      },
      {
        usage: 'set <words...>',
        summary: '[function] ALIAS: write the config and apply it; a new alias follows the deployments',
        options: [
          ['--to <version>', 'keep it at this version'],
          ['--follow', 'let deployments move it again'],
          ['--weight <version=percent>', 'a second version, and its part of the requests; or none'],
          ['--description <text>', 'what the alias is for'],
        ],
        run: async (context, args) => (await import('../commands/alias.ts')).aliasSet(context, args),
        examples: ['slsctl alias set live', 'slsctl alias set live --to 3 --weight 4=10%'],
      },
      {
        usage: 'delete <words...>',
        summary: '[function] ALIAS: remove from the config and from AWS',
        run: async (context, args) => (await import('../commands/alias.ts')).aliasDelete(context, args),
      },
    ],
  },
  {
    usage: 'rollback [functions...]',
    summary: 'an alias back to the version that it served before, in one call',
    options: [
      ['--alias <name>', 'which alias, where there are several'],
      ['--to <version>', 'to this version instead'],
    ],
    run: async (context, args) => (await import('../commands/rollback.ts')).rollback(context, args),
    examples: ['slsctl rollback', 'slsctl rollback --alias live --to 3'],
  },
  {
    usage: 'concurrency',
    summary: 'reserved and provisioned concurrency, in the config and on AWS together',
    subcommands: [
      {
        usage: 'show [function]',
        summary: 'what is reserved, what is kept ready, what the account has',
        run: async (context, args) =>
          (await import('../commands/concurrency.ts')).concurrencyShow(context, args),
      },
      {
        usage: 'set [function]',
        summary: 'write the config and apply it',
        options: [
          ['--reserved <n>', 'invocations at the same time, at most; or none'],
          ['--provisioned <n>', 'environments that are kept ready for an alias; or none'],
          ['--alias <name>', 'with --provisioned: for which alias'],
        ],
        run: async (context, args) =>
          (await import('../commands/concurrency.ts')).concurrencySet(context, args),
        examples: [
          'slsctl concurrency set --reserved 10',
          'slsctl concurrency set --provisioned 5 --alias prod',
        ],
      },
    ],
  },
];
