// Commands for the life of a function: create, change, run, remove.
import { adoptOptions, type CommandSpec, choice, confirmOption, deleteDataOption } from './spec.ts';

export const lifecycle: CommandSpec[] = [
  {
    group: 'A function, from nothing to gone',
    usage: 'init [dir]',
    summary: 'create a project from a template, or from a live function',
    options: [
      ['--template <name>', 'the template, such as api-python; --list shows all (default: hello-python)'],
      ['--list', 'list the templates'],
      ['--from-function <name>', 'write slsctl.yml and the code of this live function'],
    ],
    run: async (context, args) => (await import('../commands/init.ts')).init(context, args),
    examples: [
      'slsctl init hello',
      'slsctl init hello --template hello-node',
      'slsctl init greeter --from-function greeter',
    ],
  },
  {
    usage: 'package [function]',
    summary: 'build the zip, and show what is in it',
    options: [
      ['--out <file>', 'write the zip to this file'],
      ['--list', 'list every file, and every file that is left out'],
      ['--rebuild', 'install dependencies and build again, even if nothing has changed'],
    ],
    run: async (context, args) => (await import('../commands/package.ts')).packageFunction(context, args),
    examples: ['slsctl package --list', 'slsctl package --out function.zip'],
  },
  {
    usage: 'plan [functions...]',
    summary: 'show what deploy would change, field by field',
    options: [
      ['--exit-code', 'exit with 10 when there are changes'],
      [
        '--prune',
        'also remove environment variables, permissions and policies that slsctl.yml does not declare',
      ],
      ...adoptOptions('resources'),
      deleteDataOption,
    ],
    run: async (context, args) => (await import('../commands/plan.ts')).plan(context, args),
    examples: ['slsctl plan --local', 'slsctl plan --stage prod --exit-code'],
  },
  {
    usage: 'deploy [functions...]',
    summary: 'make AWS match slsctl.yml; change only what differs',
    options: [
      ['--dry-run', 'only show what would change'],
      ['--code-only', 'update the code and nothing else'],
      ['--rebuild', 'install dependencies and build again, even if nothing has changed'],
      ['--canary <percent>', 'give the new version this part of an alias’s requests first'],
      [
        '--bake <time>',
        'with --canary: watch the new version for this time before it gets all requests (default: 5m)',
      ],
      [
        '--max-errors <percent>',
        'with --canary: go back when more requests fail (default: more than of the old version)',
      ],
      [
        '--prune',
        'also remove environment variables, permissions and policies that slsctl.yml does not declare',
      ],
      ...adoptOptions('resources'),
      confirmOption,
      deleteDataOption,
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
    summary: 'run the function: response on stdout, logs on stderr',
    options: [
      ['--payload <json>', 'the event: JSON, @FILE, or - for stdin'],
      [
        '--event <kind>',
        'send a sample event: s3, sqs, sns, dynamodb, kinesis, schedule, event, logs, http, rest, alb, cognito, ses, iot or edge',
      ],
      ['--async', 'queue the event and do not wait for the function'],
      ['--qualifier <name>', 'run this version or alias'],
      ['--tail', 'show the logs of this invocation'],
      ['--state-machine <name>', 'run this state machine in place of a function, and show its states'],
    ],
    run: async (context, args) => (await import('../commands/invoke.ts')).invoke(context, args),
    examples: [
      `slsctl invoke --payload '{"name": "Sam"}'`,
      'slsctl invoke --payload @event.json --tail',
      'slsctl invoke --event s3',
      `slsctl invoke --state-machine orders --payload '{"id": 7}'`,
    ],
  },
  {
    usage: 'logs [function]',
    summary: 'show the logs of the function',
    options: [
      ['--since <when>', 'start here: 30s, 5m, 2h, 1d ago, or an ISO time (default: 10m)'],
      ['--until <when>', 'end here: in the same form'],
      ['--follow', 'wait for further logs until Ctrl-C'],
      ['--late <time>', 'with --follow: events may become readable this late (default: 30s)'],
      ['--filter <pattern>', 'show only what matches this CloudWatch Logs filter pattern'],
      choice('--format <format>', 'format of each event', ['pretty', 'raw', 'json']),
    ],
    run: async (context, args) => (await import('../commands/logs.ts')).logs(context, args),
    examples: ['slsctl logs --since 5m', 'slsctl logs --follow --filter ERROR'],
  },
  {
    usage: 'destroy',
    summary: 'remove everything that the project owns, then check that nothing remains',
    options: [
      ['--orphans', 'remove only what the project owns and no stage of slsctl.yml declares'],
      ['--project <name>', 'with --orphans: select everything that this other project owns'],
      confirmOption,
      deleteDataOption,
    ],
    run: async (context, args) => (await import('../commands/destroy.ts')).destroy(context, args),
    examples: ['slsctl destroy --stage prod', 'slsctl destroy --orphans --yes'],
  },
];
