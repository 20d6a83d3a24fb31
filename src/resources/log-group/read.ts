// Reads log groups: a few with one request each, many with shared requests by their common prefix.
import {
  DescribeLogGroupsCommand,
  ListTagsLogGroupCommand,
  type LogGroup,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Aws } from '../../aws/aws.ts';
import { absent } from '../absent.ts';
import type { Tags } from '../owned/ownership.ts';

export interface LiveLogGroup {
  group: LogGroup;
  tags: Tags;
}

/** Up to this many groups, each has a request of its own, with its tags in parallel. */
const mostSingleReads = 4;
/** Groups on a page of DescribeLogGroups. */
const pageSize = 50;

type Answer = Promise<LiveLogGroup | undefined>;
const waiting = new WeakMap<Aws, Map<string, { answer: Answer; give: (answer: Answer) => void }>>();

/** undefined: it does not exist. Calls of the same moment share requests. */
export function readLogGroup(aws: Aws, name: string): Answer {
  const asked = waiting.get(aws) ?? new Map();
  if (asked.size === 0) {
    waiting.set(aws, asked);
    queueMicrotask(() => {
      waiting.delete(aws);
      const names = [...asked.keys()].sort();
      const found = names.length > mostSingleReads ? readMany(aws, names) : undefined;
      for (const [one, { give }] of asked) {
        give(found ? found.then((groups) => withTags(aws, groups.get(one))) : readOne(aws, one));
      }
    });
  }
  const known = asked.get(name);
  if (known) return known.answer;
  let give: (answer: Answer) => void = () => {};
  const answer: Answer = new Promise((resolve) => {
    give = resolve;
  });
  asked.set(name, { answer, give });
  return answer;
}

async function readOne(aws: Aws, name: string): Answer {
  const [described, tags] = await Promise.all([
    aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name })),
    readTags(aws, name),
  ]);
  // AWS sorts by name, so the exact name is the first with its prefix.
  const group = described.logGroups?.find(({ logGroupName }) => logGroupName === name);
  return group && { group, tags: tags ?? {} };
}

async function withTags(aws: Aws, group: LogGroup | undefined): Answer {
  return group && { group, tags: (await readTags(aws, group.logGroupName ?? '')) ?? {} };
}

// ListTagsForResource, its successor, takes an ARN: that would need a request for the account id first.
async function readTags(aws: Aws, logGroupName: string): Promise<Tags | undefined> {
  return (await absent(() => aws.logs.send(new ListTagsLogGroupCommand({ logGroupName }))))?.tags;
}

/** By name: reads pages of their common prefix; after as many pages as names, reads the rest one by one. */
async function readMany(aws: Aws, names: readonly string[]): Promise<Map<string, LogGroup>> {
  const first = names[0] ?? '';
  const last = names.at(-1) ?? '';
  const wanted = new Set(names);
  const found = new Map<string, LogGroup>();
  let nextToken: string | undefined;
  let seen = '';
  for (let pages = 0; pages < names.length; pages++) {
    const page = await aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: common(first, last), limit: pageSize, nextToken }),
    );
    for (const group of page.logGroups ?? []) {
      seen = group.logGroupName ?? '';
      if (wanted.has(seen)) found.set(seen, group);
    }
    nextToken = page.nextToken;
    if (!nextToken || seen >= last) return found;
  }
  const rest = names.filter((name) => name > seen);
  for (const one of await Promise.all(rest.map((name) => readOne(aws, name)))) {
    if (one) found.set(one.group.logGroupName ?? '', one.group);
  }
  return found;
}

/** The common prefix of two texts; for the first and last of a sorted list, that of all. */
function common(first: string, last: string): string {
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}
