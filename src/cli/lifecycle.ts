// The commands that take a function from nothing to gone.
import { type CommandSpec, choice } from './spec.ts';

export const lifecycle: CommandSpec[] = [
  {
    group: 'A function, from nothing to gone',
    usage: 'init [dir]',
    summary: 'start a project from a template',
    options: [
      ['--template <name>', 'hello-python, hello-node, hello-typescript'],
      ['--list', 'show the templates'],
      ['--from-function <name>', 'import a live function'],
    ],
    run: async (context, args) => (await import('../commands/init.ts')).init(context, args),
    examples: ['slsctl init hello', 'slsctl init hello --template hello-node'],
  },
  {
    usage: 'package [function]',
    summary: 'make the zip alone, and say what is in it',
    options: [
      ['--out <file>', 'write the zip here'],
      ['--list', 'list every file in it'],
      ['--rebuild', 'install and build anew, also what nothing here has changed'],
    ],
    run: async (context, args) => (await import('../commands/package.ts')).packageFunction(context, args),
  },
  {
    usage: 'plan [functions...]',
    summary: 'what deploy would change, field by field',
    options: [
      ['--exit-code', 'exit 10 when there are changes'],
      ['--prune', 'also remove environment keys that the config does not know'],
      ['--adopt', 'take over things of these names that slsctl did not make'],
    ],
    run: async (context, args) => (await import('../commands/plan.ts')).plan(context, args),
  },
  {
    usage: 'deploy [functions...]',
    summary: 'make AWS match the config; only what differs is touched',
    options: [
      ['--dry-run', 'only say what would change'],
      ['--code-only', 'update code, nothing else'],
      ['--rebuild', 'install and build anew, also what nothing here has changed'],
      ['--canary <percent>', 'at first only this part of the requests to an alias goes to the new version'],
      ['--bake <time>', 'with --canary: how long it is watched before it gets them all (5m)'],
      ['--max-errors <percent>', 'with --canary: go back above this (default: above the old version’s)'],
      ['--prune', 'also remove environment keys that the config does not know'],
      ['--adopt', 'take over things of these names that slsctl did not make'],
    ],
    run: async (context, args) => (await import('../commands/deploy.ts')).deploy(context, args),
    examples: [
      'slsctl deploy --local',
      'slsctl deploy --stage prod --explain',
      'slsctl deploy --canary 10% --bake 5m',
    ],
  },
  {
    usage: 'invoke [function]',
    summary: 'call the function; response on stdout, logs on stderr',
    options: [
      ['--payload <json>', 'the event: JSON, @file, or - for standard input'],
      ['--async', 'queue the event and return at once'],
      ['--qualifier <name>', 'a version or an alias'],
      ['--tail', 'show the log of this invocation'],
    ],
    run: async (context, args) => (await import('../commands/invoke.ts')).invoke(context, args),
    examples: [`slsctl invoke --payload '{"name": "Sam"}'`, 'slsctl invoke --payload @event.json --tail'],
  },
  {
    usage: 'logs [function]',
    summary: 'what the function wrote',
    options: [
      ['--since <when>', '30s, 5m, 2h, 1d or an ISO time (default: 10m)'],
      ['--until <when>', 'likewise'],
      ['--follow', 'go on until Ctrl-C'],
      ['--filter <pattern>', 'a CloudWatch Logs filter pattern'],
      choice('--format <format>', 'how to print events', ['pretty', 'raw', 'json']),
    ],
    run: async (context, args) => (await import('../commands/logs.ts')).logs(context, args),
    examples: ['slsctl logs --since 5m', 'slsctl logs --follow --filter ERROR'],
  },
  {
    usage: 'destroy',
    summary: 'remove everything that the project owns, and prove it',
    options: [
      ['--orphans', 'instead, what the project owns that stands in no stage of its slsctl.yml'],
      ['--project <name>', 'with --orphans: of another project, all that it owns'],
    ],
    run: async (context, args) => (await import('../commands/destroy.ts')).destroy(context, args),
    examples: ['slsctl destroy --stage prod', 'slsctl destroy --orphans --yes'],
  },
];
