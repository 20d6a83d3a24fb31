// User pools: Cognito calls the function while users sign up and sign in.
import type { TriggerValues } from '../../config/triggers/all.ts';
import { arnIn } from '../arn.ts';
import type { Things } from '../things/things.ts';
import { boundSources, permittedSources } from './binding/sources.ts';
import { isStatementOf, statementId } from './binding/statement-id.ts';
import type { Entry, TriggerKind } from './kind.ts';
import { DeclaredPoolTriggers, PoolEntries, PoolTriggers } from './user-pool/triggers.ts';

type Declared = TriggerValues['cognito'];

/** The pool of an entry. Its id begins with its region. */
function poolOf({ userPool }: Declared, { place }: Things) {
  const [, , , region = place.region, account = place.account] = userPool.startsWith('arn:')
    ? userPool.split(':')
    : [];
  const pool = userPool.slice(userPool.lastIndexOf('/') + 1);
  const own = { region: pool.slice(0, pool.lastIndexOf('_')) || region, account };
  return { pool, ...own, arn: arnIn(own, 'cognito-idp', `userpool/${pool}`) };
}

/** `preSignUp` → `PreSignUp` */
const memberOf = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

export const cognito: TriggerKind<Declared> = {
  resources(entries, { aws, host, owner, config, places, things, shared }) {
    return entries.map((entry: Entry<Declared>) => {
      const { declared, qualifier, index } = entry;
      const { pool, region, account } = poolOf(declared, things);
      return new DeclaredPoolTriggers(aws, host, {
        ...{ pool, region, account, qualifier, owner, index, key: config.key },
        members: declared.triggers.map(memberOf),
        version: declared.preTokenGenerationVersion,
        siblings: shared(`user pool ${pool}`, () => new PoolEntries()),
        needs: places.callable(qualifier),
      });
    });
  },
  claims: {
    /** Source: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html */
    of({ declared, qualifier }, { things }) {
      const { pool, arn } = poolOf(declared, things);
      const permission = {
        Action: 'lambda:InvokeFunction',
        Principal: 'cognito-idp.amazonaws.com',
        SourceArn: arn,
      };
      return [{ id: statementId('cognito', pool), qualifier, permission }];
    },
    owns: (id) => isStatementOf('cognito', id),
  },
  async every(aws, host) {
    const sources = await permittedSources(aws, host, 'cognito-idp');
    return sources.flatMap(({ arn, qualifier }) => {
      const pool = poolIn(arn);
      return pool === undefined ? [] : [new PoolTriggers(aws, host, { pool, qualifier })];
    });
  },
  async leftBehind(entries, { aws, host, things }) {
    const declared = entries.map((entry) => poolOf(entry.declared, things).pool);
    const sources = await boundSources(aws, host, 'cognito', 'cognito-idp');
    const pools = new Map(
      sources.flatMap(({ arn, qualifier }) => {
        const pool = poolIn(arn);
        return pool === undefined || declared.includes(pool) ? [] : [[pool, qualifier] as const];
      }),
    );
    return [...pools].map(([pool, qualifier]) => new PoolTriggers(aws, host, { pool, qualifier }));
  },
};

/** undefined: the ARN is a pattern. */
const poolIn = (arn: string): string | undefined => /:userpool\/([\w-]+)$/.exec(arn)?.[1];
