// Rules of EventBridge whose target is the function.
import {
  type EventBridgeClient,
  ListEventBusesCommand,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import type { Caller, CallerKind } from './caller.ts';
import { sourcesOf } from './caller.ts';

export const rules: CallerKind = {
  what: 'EventBridge rules',
  async find(sight) {
    const client = await sight.aws.eventBridge();
    const buses = new Set([...(await busesOf(client)), ...sourcesOf(sight, 'events').map(busOf)]);
    const found = await Promise.all(
      [...buses].flatMap((bus) => sight.places.map(({ arn }) => callersOn(client, bus, arn))),
    );
    return found.flat();
  },
};

async function busesOf(client: EventBridgeClient): Promise<string[]> {
  const { EventBuses = [] } = await client.send(new ListEventBusesCommand({}));
  return ['default', ...EventBuses.map(({ Name = 'default' }) => Name)];
}

/** `arn:aws:events:REGION:ACCOUNT:rule/BUS/RULE`; a rule of the default bus has no bus in its ARN. */
function busOf(ruleArn: string): string {
  const [, bus, rule] = (ruleArn.split(':')[5] ?? '').split('/');
  return rule === undefined ? 'default' : (bus ?? 'default');
}

async function callersOn(client: EventBridgeClient, EventBusName: string, arn: string): Promise<Caller[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListRuleNamesByTargetCommand({ EventBusName, TargetArn: arn, NextToken }),
    );
    names.push(...(page.RuleNames ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return Promise.all(
    names.map(async (Rule) => {
      const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ EventBusName, Rule }));
      const ids = Targets.filter(({ Arn }) => Arn === arn).map(({ Id = '' }) => Id);
      return {
        kind: 'EventBridge rule',
        name: EventBusName === 'default' ? Rule : `${Rule} of bus ${EventBusName}`,
        arn,
        removal: [
          ...['aws', 'events', 'remove-targets', '--rule', Rule],
          ...['--event-bus-name', EventBusName, '--ids', ...ids],
        ],
      };
    }),
  );
}
