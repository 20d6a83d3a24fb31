// Commands for versions, and for the share of requests that each gets.
import { type CommandSpec, confirmOption } from './spec.ts';

export const traffic: CommandSpec[] = [
  {
    group: 'Versions and traffic',
    usage: 'versions [function]',
    summary: 'list the published versions, and the aliases that serve them',
    options: [
      ['--publish', 'publish a version of what is deployed now'],
      ['--description <text>', 'with --publish: description of the version'],
      ['--prune <keep>', 'delete versions, except the newest KEEP and those that aliases need'],
      confirmOption,
    ],
    run: async (context, args) => (await import('../commands/versions.ts')).versions(context, args),
    examples: ['slsctl versions', 'slsctl versions --prune 5'],
  },
  {
    usage: 'alias',
    summary: 'names for versions, in slsctl.yml and on AWS together',
    subcommands: [
      {
        usage: 'list [function]',
        summary: 'list the aliases, the versions that they serve, and the versions before',
        run: async (context, args) => (await import('../commands/alias/list.ts')).aliasList(context, args),
      },
      {
        usage: 'set <words...>',
        syntax: '[function] ALIAS',
        summary: 'write an alias to slsctl.yml and to AWS; a new one follows the deployments',
        options: [
          ['--to <version>', 'keep the alias at this version'],
          ['--follow', 'let deployments move the alias again'],
          ['--weight <version=percent>', 'give this part of the requests to a second version; or none'],
          ['--description <text>', 'description of the alias'],
        ],
        run: async (context, args) => (await import('../commands/alias/set.ts')).aliasSet(context, args),
        examples: ['slsctl alias set live', 'slsctl alias set live --to 3 --weight 4=10%'],
      },
      {
        usage: 'delete <words...>',
        syntax: '[function] ALIAS',
        summary: 'remove an alias from slsctl.yml and from AWS',
        options: [confirmOption],
        run: async (context, args) =>
          (await import('../commands/alias/delete.ts')).aliasDelete(context, args),
      },
    ],
  },
  {
    usage: 'rollback [functions...]',
    summary: 'move an alias back to the version that it served before the last deployment, in one call',
    options: [
      ['--alias <name>', 'the alias, when the function has several'],
      ['--to <version>', 'move the alias to this version instead'],
    ],
    run: async (context, args) => (await import('../commands/rollback.ts')).rollback(context, args),
    examples: ['slsctl rollback', 'slsctl rollback --alias live --to 3'],
  },
  {
    usage: 'concurrency',
    summary: 'reserved and provisioned concurrency, in slsctl.yml and on AWS together',
    subcommands: [
      {
        usage: 'show [function]',
        summary: 'show reserved and provisioned concurrency, and the limit of the account',
        run: async (context, args) =>
          (await import('../commands/concurrency/show.ts')).concurrencyShow(context, args),
      },
      {
        usage: 'set [function]',
        summary: 'write a concurrency to slsctl.yml and to AWS',
        options: [
          ['--reserved <n>', 'reserve this many concurrent invocations, and allow no more; or none'],
          ['--provisioned <n>', 'keep this many environments ready for an alias; or none'],
          ['--alias <name>', 'with --provisioned: the alias'],
          confirmOption,
        ],
        run: async (context, args) =>
          (await import('../commands/concurrency/set.ts')).concurrencySet(context, args),
        examples: [
          'slsctl concurrency set --reserved 10',
          'slsctl concurrency set --provisioned 5 --alias prod',
        ],
      },
    ],
  },
];
