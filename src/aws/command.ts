// Turns an SDK command into the `aws` command line (AWS CLI v2) that makes the same API call, using the SDK's schemas.
import { NormalizedSchema } from '@smithy/core/schema';
import { shellLine, type Variable, variableName, type Word } from './shell.ts';

export interface AwsCommandOptions {
  /** The SDK's operation schema: `[9, namespace, name, traits, input, output]`. */
  schema: unknown;
  region?: string;
  endpoint?: string;
  profile?: string;
  /** Secrets appear as they are, not as shell variables. */
  showValues?: boolean;
  /** The file that holds exactly these bytes, if known. */
  fileOf?(bytes: Uint8Array): string | undefined;
}

type Part = string | Variable;
type Input = Record<string, unknown>;

/** Client classes whose CLI command is not the class's name in lower case. */
const services: Record<string, string> = {
  CloudWatchLogsClient: 'logs',
  CognitoIdentityProviderClient: 'cognito-idp',
  ElasticLoadBalancingV2Client: 'elbv2',
  CloudWatchEventsClient: 'events',
  EventBridgeClient: 'events',
  S3Client: 's3api',
  SFNClient: 'stepfunctions',
};

/** Options that the CLI renames, because it has a global option of that name. */
const renamed: Record<string, string> = {
  'sns subscribe endpoint': 'notification-endpoint',
  'apigatewayv2 create-api version': 'api-version',
  'apigatewayv2 update-api version': 'api-version',
};

/** Structures whose ZipFile is a separate option in the CLI. */
const hoisted: Record<string, string> = { CreateFunction: 'Code', PublishLayerVersion: 'Content' };

/**
 * One line for sh. `client` is the SDK's class name (`LambdaClient`), `operation` the API's
 * (`CreateFunction`), `input` the command's input. Members that the schema does not know are left out,
 * as the SDK leaves them out of the request.
 */
export function awsCommand(
  client: string,
  operation: string,
  input: Input,
  options: AwsCommandOptions,
): string {
  const service = serviceName(client);
  const command = kebab(operation);
  const [, , , , inputSchema, outputSchema] = options.schema as unknown[];
  const words: Word[] = ['aws', service, command];
  // Values that a command line cannot carry: NUL, and text that the CLI would read as the name of a file.
  const awkward: Input = {};
  const shape = NormalizedSchema.of(inputSchema as never);
  for (const [member, schema] of shape.isStructSchema() ? shape.structIterator() : []) {
    let value = input[member];
    if (value === undefined || value === null) continue;
    if (hoisted[operation] === member) {
      const { ZipFile, ...rest } = value as Input;
      if (ZipFile !== undefined) words.push('--zip-file', zipFile(ZipFile as Uint8Array, options));
      if (Object.values(rest).every((item) => item === undefined)) continue;
      value = rest;
    }
    const name = kebab(member);
    const option = `--${renamed[`${service} ${command} ${name}`] ?? name}`;
    if (member === 'MaxItems') words.push('--no-paginate');
    if (schema.isStringSchema() && /^fileb?:\/\/|\0/.test(String(value))) awkward[member] = value;
    else words.push(...optionWords(option, member, value, schema, options));
  }
  if (Object.keys(awkward).length > 0) words.push('--cli-input-json', JSON.stringify(awkward));
  words.push(...connection(options));
  if (answersBytes(outputSchema)) words.push('/dev/stdout');
  return shellLine(words);
}

/** The CLI options for region, profile and endpoint. */
export function connection(options: Pick<AwsCommandOptions, 'region' | 'profile' | 'endpoint'>): string[] {
  return (['region', 'profile', 'endpoint'] as const).flatMap((name) => {
    const value = options[name];
    return value ? [name === 'endpoint' ? '--endpoint-url' : `--${name}`, value] : [];
  });
}

/** The CLI's command for a client class: `LambdaClient` → `lambda`. */
export function serviceName(client: string): string {
  return services[client] ?? client.replace(/Client$/, '').toLowerCase();
}

/** The CLI's spelling of an API name, by botocore's rules: `CodeSha256` → `code-sha256`, `GatewayARNs` → `gateway-arns`. */
export function kebab(name: string): string {
  if (name.includes('-')) return name;
  const plural = /[A-Z]{2,}s$/.exec(name)?.[0];
  const spelled = plural ? `${name.slice(0, -plural.length)}-${plural.toLowerCase()}` : name;
  return spelled
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

function optionWords(
  option: string,
  member: string,
  value: unknown,
  schema: NormalizedSchema,
  options: AwsCommandOptions,
): Word[] {
  if (schema.isBlobSchema()) return blobWords(option, member, value, schema, options);
  if (schema.isBooleanSchema()) return [value ? option : option.replace(/^--/, '--no-')];
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const items = value as unknown[];
    const plain = items.length > 0 && item.isStringSchema() && items.every((word) => isPlain(String(word)));
    if (plain) return [option, ...items.map((word) => scalar(word, item, member, options))];
    return [option, json(value, schema, member, options)];
  }
  if (schema.isStructSchema() || schema.isMapSchema() || schema.isDocumentSchema()) {
    return [option, json(value, schema, member, options)];
  }
  const word = scalar(value, schema, member, options);
  // The CLI would read a value that begins with a dash as an option.
  return typeof word === 'string' && word.startsWith('-') ? [`${option}=${word}`] : [option, word];
}

/** Whether the CLI reads the word unchanged in a list of words. */
function isPlain(word: string): boolean {
  return word !== '' && !/^\s*[-[]|^fileb?:\/\/|\0/.test(word);
}

function scalar(value: unknown, schema: NormalizedSchema, member: string, options: AwsCommandOptions): Word {
  if (value instanceof Date) return value.toISOString();
  if (isSecret(schema, options)) return [{ variable: variableName(upper(member)) }];
  return String(value);
}

/** Sensitive in the API, and yet what slsctl.yml says openly. Secrets in it are masked like those in any text. */
const open = new Set(['com.amazonaws.sfn#Definition']);

function isSecret(schema: NormalizedSchema, options: AwsCommandOptions): boolean {
  if (options.showValues || schema.isBlobSchema() || open.has(schema.getName(true) ?? '')) return false;
  return Boolean(schema.getMergedTraits().sensitive);
}

function upper(member: string): string {
  return kebab(member).replaceAll('-', '_').toUpperCase();
}

function zipFile(bytes: Uint8Array, options: AwsCommandOptions): string {
  return `fileb://${options.fileOf?.(bytes) ?? 'function.zip'}`;
}

function blobWords(
  option: string,
  member: string,
  value: unknown,
  schema: NormalizedSchema,
  options: AwsCommandOptions,
): Word[] {
  const bytes = typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
  if (member === 'ZipFile') return [option, zipFile(bytes, options)];
  const file = options.fileOf?.(bytes);
  if (schema.isStreaming()) return [option, file ?? '/dev/stdin'];
  if (file) return [option, `fileb://${file}`];
  const text = asText(bytes);
  if (text === undefined) {
    return ['--cli-binary-format', 'base64', option, Buffer.from(bytes).toString('base64')];
  }
  const words = text.startsWith('-') ? [`${option}=${text}`] : [option, text];
  return ['--cli-binary-format', 'raw-in-base64-out', ...words];
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return /^fileb?:\/\/|\0/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function answersBytes(output: unknown): boolean {
  const shape = NormalizedSchema.of(output as never);
  if (!shape.isStructSchema()) return false;
  for (const [, member] of shape.structIterator()) {
    if (member.isBlobSchema() && member.getMergedTraits().httpPayload) return true;
  }
  return false;
}

/** The parts of one word: compact JSON in which secrets are shell variables. */
function json(value: unknown, schema: NormalizedSchema, name: string, options: AwsCommandOptions): Part[] {
  if (schema.isDocumentSchema() || value === null) return [JSON.stringify(value)];
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    return enclose(
      '[',
      ']',
      (value as unknown[]).map((each) => json(each, item, name, options)),
    );
  }
  if (schema.isMapSchema() || schema.isStructSchema()) {
    const members: Part[][] = [];
    for (const [key, each] of Object.entries(value as Input)) {
      const inner = memberSchema(schema, key);
      if (each === undefined || each === null || !inner) continue;
      const label = schema.isMapSchema() ? key : upper(key);
      members.push([`${JSON.stringify(key)}:`, ...json(each, inner, label, options)]);
    }
    return enclose('{', '}', members);
  }
  if (value instanceof Date) return [JSON.stringify(value.toISOString())];
  if (value instanceof Uint8Array) return [JSON.stringify(Buffer.from(value).toString('base64'))];
  if (typeof value === 'bigint') return [value.toString()];
  if (typeof value === 'string' && isSecret(schema, options)) {
    const escaped = JSON.stringify(value) !== `"${value}"`;
    return ['"', { variable: variableName(name), ...(escaped ? { json: true } : {}) }, '"'];
  }
  return [JSON.stringify(value)];
}

function memberSchema(schema: NormalizedSchema, key: string): NormalizedSchema | undefined {
  if (schema.isMapSchema()) return schema.getValueSchema();
  const members = (schema.getSchema() as unknown[])[4] as string[];
  return members.includes(key) ? schema.getMemberSchema(key) : undefined;
}

function enclose(open: string, close: string, items: Part[][]): Part[] {
  return [open, ...items.flatMap((parts, index) => (index > 0 ? [',', ...parts] : parts)), close];
}
