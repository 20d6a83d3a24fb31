// The challenge at the end of the article: a function that an upload calls, seen in its logs, and removed without a trace.
import { setTimeout as sleep } from 'node:timers/promises';
import { paginateListRoles } from '@aws-sdk/client-iam';
import { paginateListFunctions } from '@aws-sdk/client-lambda';
import { GetBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { allItems } from '../../aws/pages.ts';
import { UserError } from '../../errors/user-error.ts';
import { hasPython } from './first-function.ts';
import { type Command, type Lesson, type Outcome, type Site, slsctl } from './lesson.ts';

/** Seconds. The challenge allows so many between the upload and the line in the logs. */
const allowed = 60;

/** Rejects with a UserError when there is no Python: the function is written in it. */
export function challenge(): Lesson {
  if (!hasPython()) {
    throw new UserError('the challenge needs Python on this machine: its function is written in it');
  }
  const bucket = new Bucket();
  return {
    title: ['The challenge', 'a function that an upload calls, in five steps'],
    notes: [],
    steps: [
      {
        title: 'A function that greets',
        commands: [
          slsctl(['init', '.', '--template', 's3-python'], {
            replaces: ['(write lambda_function.py in an editor)'],
          }),
          slsctl(['deploy', '--quiet']),
          slsctl(['invoke', '--payload', '{"name": "Sam"}']),
        ],
      },
      {
        title: 'A trigger: uploads to the prefix incoming/ call it',
        commands: [slsctl(['trigger', 'list'])],
      },
      {
        title: 'The proof in the logs',
        commands: [
          bucket.upload('elsewhere/ignored.txt'),
          bucket.upload('incoming/hello.txt'),
          logsWith('incoming/hello.txt'),
        ],
      },
      {
        title: 'A variable that the function uses',
        commands: [
          slsctl(['env', 'set', 'GREETING_PREFIX=Welcome']),
          slsctl(['invoke', '--payload', '{"name": "Sam"}']),
          bucket.upload('incoming/again.txt'),
          logsWith('Welcome, incoming/again.txt', 'elsewhere/ignored.txt'),
        ],
      },
      {
        title: 'Clean up, and look that nothing remains',
        commands: [
          slsctl(['destroy', '--yes', '--delete-data']),
          names('aws lambda list-functions', functionNames),
          names('aws iam list-roles', roleNames),
          bucket.notifications(),
        ],
      },
    ],
    closing: 'the challenge is met, and nothing remains.',
    next: 'Your own: slsctl init uploads --template s3-python && cd uploads && slsctl deploy --local',
    makes: 1,
    destroy: ['destroy', '--yes', '--delete-data'],
  };
}

/** The bucket of the project, by its name on AWS. */
class Bucket {
  private name = '';

  /** The name that `slsctl status` shows. */
  private async find({ run }: Site): Promise<string> {
    if (this.name !== '') return this.name;
    const { stdout } = await run(['status', '--output', 'json']);
    const { things } = JSON.parse(stdout) as { things: { kind: string; name: string }[] };
    this.name = things.find(({ kind }) => kind === 'bucket')?.name ?? '';
    return this.name;
  }

  upload(key: string): Command {
    const file = key.split('/').at(-1);
    return {
      shown: () => `aws s3 cp ${file} s3://${this.name || 'BUCKET'}/${key}`,
      replaces: [],
      run: async (site) => {
        const [aws, Bucket] = await Promise.all([site.aws(), this.find(site)]);
        const s3 = await aws.s3();
        await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: 'Hello!\n' }));
        return said(`upload: ./${file} to s3://${Bucket}/${key}`);
      },
    };
  }

  /** After the end there is no bucket, and so no notification. */
  notifications(): Command {
    return {
      shown: () => `aws s3api get-bucket-notification-configuration --bucket ${this.name}`,
      replaces: [],
      run: async (site) => {
        const s3 = await (await site.aws()).s3();
        try {
          await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket: this.name }));
        } catch (error) {
          if ((error as Error).name === 'NoSuchBucket') return said('NoSuchBucket: the bucket is gone');
          throw error;
        }
        return { ...said(`the bucket ${this.name} is still there`), code: 1 };
      },
    };
  }
}

/** `slsctl logs`, again and again until a text is there. `without`: it must not be there. */
function logsWith(text: string, without?: string): Command {
  const args = ['logs', '--since', '5m', '--format', 'pretty'];
  return {
    ...slsctl(args),
    async run(site) {
      const began = performance.now();
      for (;;) {
        const outcome = await site.run(args);
        const seconds = (performance.now() - began) / 1000;
        if (outcome.stdout.includes(text)) {
          if (without !== undefined && outcome.stdout.includes(without)) {
            return { ...outcome, code: 1, messages: `the upload ${without} called the function` };
          }
          const lines = outcome.stdout.split('\n').filter((line) => line.includes('It arrived in'));
          return {
            ...outcome,
            stdout: [...lines, `(seen ${seconds.toFixed(1)} s after the upload)`].join('\n'),
          };
        }
        if (seconds > allowed || site.signal.aborted) {
          return { ...outcome, code: 1, messages: `no line with ${text} came within ${allowed} s` };
        }
        await sleep(250);
      }
    },
  };
}

/** A list of the `aws` CLI that must have nothing of the project. */
function names(shown: string, list: (site: Site) => Promise<string[]>): Command {
  return {
    shown: () => shown,
    replaces: [],
    async run(site) {
      const ours = (await list(site)).filter((name) => name.includes('my-first-function'));
      if (ours.length > 0) return { ...said(`still there: ${ours.join(', ')}`), code: 1 };
      return said('nothing of the project');
    },
  };
}

async function functionNames(site: Site): Promise<string[]> {
  const { lambda: client } = await site.aws();
  const all = await allItems(paginateListFunctions({ client }, {}), ({ Functions }) => Functions);
  return all.map(({ FunctionName = '' }) => FunctionName);
}

async function roleNames(site: Site): Promise<string[]> {
  const { iam: client } = await site.aws();
  const all = await allItems(paginateListRoles({ client }, {}), ({ Roles }) => Roles);
  return all.map(({ RoleName = '' }) => RoleName);
}

const said = (stdout: string): Outcome => ({ code: 0, stdout, messages: '', calls: [] });
