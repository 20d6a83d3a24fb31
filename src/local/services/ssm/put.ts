// PutParameter: creates a parameter, or a new version of an existing one.
import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-ssm';
import {
  HierarchyTypeMismatchException,
  InvalidAllowedPatternException,
  ParameterAlreadyExists,
  ParameterMaxVersionLimitExceeded,
  ParameterPatternMismatchException,
  type ParameterTier,
  type PutParameterRequest,
} from '@aws-sdk/client-ssm';
import type { Scope } from '../../call.ts';
import type { Handlers } from '../../service.ts';
import { Violations } from '../lambda/violations.ts';
import { fromTagList } from '../tag-lists.ts';
import { invalid } from './errors.ts';
import { checkNewName } from './names.ts';
import {
  latestOf,
  parameterKey,
  type SsmState,
  type VersionRecord,
  versionKey,
  versionsOf,
} from './state.ts';
import { checkTags } from './tags.ts';

const $metadata = {};
export const types = ['SecureString', 'StringList', 'String'];
const tiers = ['Standard', 'Advanced', 'Intelligent-Tiering'];
const dataTypes = ['text', 'aws:ec2:image', 'aws:ssm:integration'];
const mostVersions = 100;
const largestValue = { Standard: 4096, Advanced: 8192 };
const moreOnTiers =
  'For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html';

export const put: Handlers<typeof sdk, SsmState> = {
  PutParameter(input, { state, call }) {
    const { Name = '', Value = '', Overwrite = false, Tags = [] } = input;
    checkModel(input);
    if (Overwrite && Tags.length > 0) {
      throw invalid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please " +
          'remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or ' +
          'RemoveTagsFromResource.',
      );
    }
    checkNewName(Name);
    const key = parameterKey(call, Name);
    const parameter = state.parameters.get(key);
    if (parameter && !Overwrite) {
      throw new ParameterAlreadyExists({
        message:
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        $metadata,
      });
    }
    const before = parameter && latestOf(state, call, parameter);
    const type = input.Type ?? before?.type;
    if (!type) throw invalid('A parameter type is required when you create a parameter.');
    if (before && before.type !== type) {
      throw new HierarchyTypeMismatchException({
        message:
          "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a " +
          'parameter from a String type to a SecureString type. You must create a new, unique parameter.',
        $metadata,
      });
    }
    const allowedPattern = input.AllowedPattern || before?.allowedPattern;
    checkPattern(Value, allowedPattern);
    const tier = tierOf(input, before?.tier);
    checkSize(Value, tier);
    const tags = parameter?.tags ?? fromTagList(Tags);
    checkTags(tags);
    const name = parameter?.name ?? Name;
    const version = (parameter?.latest ?? 0) + 1;
    if (parameter) makeRoom(state, call, name);
    const record: VersionRecord = {
      version,
      type,
      value: Value,
      ...(type === 'SecureString'
        ? { sealed: seal(Value), keyId: input.KeyId ?? before?.keyId ?? 'alias/aws/ssm' }
        : {}),
      description: input.Description ?? before?.description,
      allowedPattern,
      tier,
      policies: input.Policies ?? before?.policies,
      dataType: input.DataType || before?.dataType || 'text',
      modified: Date.now(),
      modifiedBy: call.callerArn,
      labels: [],
    };
    state.versions.put(versionKey(call, name, version), record);
    state.parameters.put(key, { name, latest: version, tags });
    return { Version: version, Tier: tier };
  },
};

function checkModel(input: PutParameterRequest): void {
  new Violations()
    .oneOf(input.Type, 'type', types)
    .oneOf(input.Tier, 'tier', tiers)
    .length(input.Description, 'description', 1024)
    .length(input.AllowedPattern, 'allowedPattern', 1024)
    .length(input.KeyId, 'keyId', 256, 1)
    .pattern(input.KeyId, 'keyId', '([a-zA-Z0-9:/_-]+)')
    .length(input.Policies, 'policies', 4096, 1)
    .length(input.Value, 'value', Number.MAX_SAFE_INTEGER, 1)
    .refuse();
  if (input.DataType && !dataTypes.includes(input.DataType)) {
    throw invalid(
      `The following data type is not supported: ${input.DataType} (Data type names are all lowercase.)`,
    );
  }
}

function checkPattern(value: string, pattern: string | undefined): void {
  if (pattern === undefined) return;
  let form: RegExp;
  try {
    form = new RegExp(`^(?:${pattern})$`);
  } catch {
    throw new InvalidAllowedPatternException({
      message: 'The request does not meet the regular expression requirement.',
      $metadata,
    });
  }
  if (form.test(value)) return;
  throw new ParameterPatternMismatchException({
    message: `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    $metadata,
  });
}

function tierOf(
  { Tier, Value = '', Policies }: PutParameterRequest,
  before: ParameterTier | undefined,
): 'Standard' | 'Advanced' {
  const large = Buffer.byteLength(Value) > largestValue.Standard;
  if (Tier === 'Intelligent-Tiering') {
    return before === 'Advanced' || large || Policies !== undefined ? 'Advanced' : 'Standard';
  }
  if (before === 'Advanced' && Tier === 'Standard') {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter " +
        'tier to the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as ' +
        'a standard parameter. Be aware that standard parameters have a value limit of 4096 characters.',
    );
  }
  return Tier ?? (before === 'Advanced' ? 'Advanced' : 'Standard');
}

function checkSize(value: string, tier: 'Standard' | 'Advanced'): void {
  if (Buffer.byteLength(value) <= largestValue[tier]) return;
  throw invalid(
    tier === 'Advanced'
      ? `Advanced tier parameters support a maximum parameter value of 8192 characters. ${moreOnTiers}`
      : 'Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger ' +
          `parameter value, upgrade the parameter to use the advanced-parameter tier. ${moreOnTiers}`,
  );
}

/** Deletes the oldest version when there are a hundred. */
function makeRoom(state: SsmState, scope: Scope, name: string): void {
  const versions = versionsOf(state, scope, name);
  const [oldest] = versions;
  if (!oldest || versions.length < mostVersions) return;
  if (oldest.labels.length > 0) {
    throw new ParameterMaxVersionLimitExceeded({
      message:
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. ` +
        `Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. ` +
        'Move the label to another version of the parameter, and try again.',
      $metadata,
    });
  }
  state.versions.remove(versionKey(scope, name, oldest.version));
}

/** Random text that looks like KMS's answer; it reveals only the length of the value. */
function seal(value: string): string {
  const head = Buffer.from([1, 2, 2, 0, 0x78]);
  return Buffer.concat([head, randomBytes(140 + Buffer.byteLength(value))]).toString('base64');
}
