// User pools: created, changed, listed and deleted.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPool.html
import { randomInt } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-cognito-identity-provider';
import type {
  CreateUserPoolRequest,
  LambdaConfigType,
  UpdateUserPoolRequest,
  UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { type Call, scopePrefix } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { page } from '../pages.ts';
import { type CognitoState, invalid, type PoolRecord, poolArn, poolKey, requirePool } from './state.ts';

export const userPools: Handlers<typeof sdk, CognitoState> = {
  CreateUserPool({ UserPoolTags = {}, PoolName, Schema, ...input }, { state, call }) {
    const now = state.host.now();
    const { UsernameAttributes, AliasAttributes, UsernameConfiguration, ...settings } = input;
    const pool: PoolRecord = {
      id: `${call.region}_${Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('')}`,
      created: now,
      modified: now,
      settings: {
        Name: checkPoolName(PoolName),
        ...defined({ SchemaAttributes: Schema, UsernameAttributes, AliasAttributes, UsernameConfiguration }),
        ...withDefaults(settings),
      },
      tags: UserPoolTags,
    };
    state.pools.put(poolKey(call, pool.id), pool);
    return { UserPool: described(call, pool) };
  },

  DescribeUserPool({ UserPoolId }, { state, call }) {
    return { UserPool: described(call, requirePool(state, call, UserPoolId)) };
  },

  /** Each setting that the request does not say goes back to its default. */
  UpdateUserPool({ UserPoolId, UserPoolTags, PoolName, ...input }, { state, call }) {
    const pool = requirePool(state, call, UserPoolId);
    const { Name, SchemaAttributes, UsernameAttributes, AliasAttributes, UsernameConfiguration } =
      pool.settings;
    state.pools.put(poolKey(call, pool.id), {
      ...pool,
      modified: state.host.now(),
      settings: {
        Name: PoolName === undefined ? Name : checkPoolName(PoolName),
        ...defined({ SchemaAttributes, UsernameAttributes, AliasAttributes, UsernameConfiguration }),
        ...withDefaults(input),
      },
      tags: UserPoolTags ?? pool.tags,
    });
    return {};
  },

  ListUserPools({ MaxResults = 0, NextToken }, { state, call }) {
    if (MaxResults < 1 || MaxResults > 60) {
      const rule = MaxResults < 1 ? 'greater than or equal to 1' : 'less than or equal to 60';
      throw invalid(
        `1 validation error detected: Value '${MaxResults}' at 'maxResults' failed to satisfy constraint: Member must have value ${rule}`,
      );
    }
    const all = Array.from(state.pools.entries(scopePrefix(call)), ([, pool]) => pool);
    const { items, next } = page(
      all,
      ({ id }) => id,
      NextToken,
      MaxResults,
      () => invalid('Invalid pagination token.'),
    );
    return {
      UserPools: items.map(({ id, created, modified, settings }) => ({
        Id: id,
        Name: settings.Name,
        LambdaConfig: settings.LambdaConfig,
        CreationDate: new Date(created),
        LastModifiedDate: new Date(modified),
      })),
      NextToken: next,
    };
  },

  DeleteUserPool({ UserPoolId }, { state, call }) {
    const pool = requirePool(state, call, UserPoolId);
    if (pool.settings.DeletionProtection === 'ACTIVE') {
      throw invalid(
        'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
      );
    }
    state.pools.remove(poolKey(call, pool.id));
    return {};
  },
};

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function checkPoolName(name = ''): string {
  if (/^[\w\s+=,.@-]{1,128}$/.test(name)) return name;
  throw invalid(
    `1 validation error detected: Value '${name}' at 'poolName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+`,
  );
}

type Settings = Omit<CreateUserPoolRequest, 'PoolName'> | Omit<UpdateUserPoolRequest, 'UserPoolId'>;

/** The members that both operations have. @throws InvalidParameterException */
function withDefaults(settings: Settings): UserPoolType {
  checkTriggers(settings.LambdaConfig);
  const { PasswordPolicy, ...policies } = settings.Policies ?? {};
  return {
    ...defined(settings),
    Policies: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 7,
        ...PasswordPolicy,
      },
      ...{ SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] } },
      ...policies,
    },
    DeletionProtection: settings.DeletionProtection ?? 'INACTIVE',
    LambdaConfig: settings.LambdaConfig ?? {},
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE',
      ...settings.VerificationMessageTemplate,
    },
    MfaConfiguration: settings.MfaConfiguration ?? 'OFF',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...settings.EmailConfiguration },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      UnusedAccountValidityDays: 7,
      ...settings.AdminCreateUserConfig,
    },
    AccountRecoverySetting: settings.AccountRecoverySetting ?? {
      RecoveryMechanisms: [
        { Priority: 1, Name: 'verified_email' },
        { Priority: 2, Name: 'verified_phone_number' },
      ],
    },
    UserPoolTier: settings.UserPoolTier ?? 'ESSENTIALS',
  };
}

/** Cognito does not look whether the function exists, or whether it may be called. */
function checkTriggers(triggers: LambdaConfigType = {}): void {
  for (const [name, value] of Object.entries(triggers)) {
    const arn = typeof value === 'string' ? value : (value as { LambdaArn?: string } | undefined)?.LambdaArn;
    if (name === 'KMSKeyID' || arn === undefined || /^arn:[\w-]+:lambda:[\w-]+:\d{12}:function:.+$/.test(arn))
      continue;
    throw invalid(
      `1 validation error detected: Value '${arn}' at 'lambdaConfig.${name[0]?.toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?`,
    );
  }
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

const described = (call: Call, { id, created, modified, settings, tags }: PoolRecord): UserPoolType => ({
  Id: id,
  ...settings,
  LastModifiedDate: new Date(modified),
  CreationDate: new Date(created),
  EstimatedNumberOfUsers: 0,
  UserPoolTags: tags,
  Arn: poolArn(call, id),
});
