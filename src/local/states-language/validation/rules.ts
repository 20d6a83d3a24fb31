// The rules on the values of fields.
import { operators } from '../choice.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { isExpression } from '../jsonata/evaluate.ts';
import { parseReferencePath } from '../paths/parse.ts';
import { timeOf } from '../timestamps.ts';
import type { Report } from './diagnostics.ts';

type Language = 'JSONPath' | 'JSONata';

export function checkRules(
  state: JsonObject,
  place: string,
  type: 'STANDARD' | 'EXPRESS',
  language: Language,
  report: Report,
) {
  if (state.Type === 'Task') checkTask(state, place, type, report);
  if (state.Type === 'Wait') checkWait(state, place, language, report);
  if (state.Type === 'Choice') checkChoices(state, place, language, report);
  if (state.Type === 'Map') checkLabel(state, place, report);
  if (Array.isArray(state.Retry)) checkHandlers(state.Retry, `${place}/Retry`, ['ErrorEquals'], report);
  if (Array.isArray(state.Catch))
    checkHandlers(state.Catch, `${place}/Catch`, ['ErrorEquals', 'Next'], report);
  if (typeof state.ResultPath === 'string' && !parseReferencePath(state.ResultPath)) {
    report('Value is not a Reference Path', `${place}/ResultPath`);
  }
}

function checkTask(state: JsonObject, place: string, type: 'STANDARD' | 'EXPRESS', report: Report) {
  const at = `${place}/Resource`;
  const resource = state.Resource;
  if (typeof resource !== 'string') return report('Expected value of type String', at);
  if (!/^arn:[\w-]+:[\w-]+:[\w-]*:\d*:.+$/.test(resource))
    return report('Value is not a valid resource ARN', at);
  if (isUnknown(resource)) {
    return report(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
    );
  }
  if (type === 'EXPRESS') {
    if (resource.endsWith('.waitForTaskToken')) {
      report("Express state machine does not support '.waitForTaskToken' service integration ", at);
    } else if (/\.sync(:2)?$/.test(resource)) {
      report("Express state machine does not support '.sync' service integration", at);
    } else if (/^arn:[\w-]+:states:[\w-]+:\d+:activity:/.test(resource)) {
      report('Express state machine does not support Activity ARN', at);
    }
  }
  if (
    isObject(state.Credentials) &&
    state.Credentials.RoleArn === undefined &&
    state.Credentials['RoleArn.$'] === undefined
  ) {
    report("The field 'RoleArn' is required but was missing", `${place}/Credentials`);
  }
  const { TimeoutSeconds: limit, HeartbeatSeconds: beat } = state;
  for (const [name, value] of Object.entries({ TimeoutSeconds: limit, HeartbeatSeconds: beat })) {
    if (typeof value === 'number' && value < 1) report('Value must be positive', `${place}/${name}`);
  }
  if (typeof limit === 'number' && typeof beat === 'number' && beat >= limit) {
    report("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", place);
  }
}

/** The operations of services with integrations of their own. */
const integrations: Readonly<Record<string, readonly string[]>> = {
  lambda: ['invoke'],
  sqs: ['sendMessage'],
  sns: ['publish'],
  events: ['putEvents'],
  dynamodb: ['getItem', 'putItem', 'updateItem', 'deleteItem'],
  states: ['startExecution'],
  apigateway: ['invoke'],
  http: ['invoke'],
};

function isUnknown(resource: string): boolean {
  const [, service = '', operation = ''] = /^arn:[\w-]+:states:::(\w+):(\w+)/.exec(resource) ?? [];
  return Object.hasOwn(integrations, service) && !integrations[service]?.includes(operation);
}

function checkWait(state: JsonObject, place: string, language: Language, report: Report) {
  const names = ['Seconds', 'Timestamp', 'SecondsPath', 'TimestampPath'];
  const given = names.filter((name) => state[name] !== undefined);
  if (given.length !== 1) report(`Exactly one of the fields [${names.join(', ')}] is required`, place);
  const { Timestamp, Seconds } = state;
  if (
    typeof Timestamp === 'string' &&
    !(language === 'JSONata' && isExpression(Timestamp)) &&
    timeOf(Timestamp) === undefined
  ) {
    report('String does not match RFC3339 timestamp', `${place}/Timestamp`);
  }
  if (typeof Seconds === 'number' && (Seconds < 0 || Seconds > 99_999_999)) {
    report('Value must be between 0 and 99999999', `${place}/Seconds`);
  }
}

function checkChoices({ Choices }: JsonObject, place: string, language: Language, report: Report) {
  if (!Array.isArray(Choices) || Choices.length === 0) {
    return report('Array must have at least 1 element', `${place}/Choices`);
  }
  for (const [index, choice] of Choices.entries()) {
    const at = `${place}/Choices[${index}]`;
    if (!isObject(choice)) report('Expected value of type Object', at);
    else if (choice.Next === undefined) report('These fields are required: [Next]', at);
    else if (language === 'JSONPath') checkRule(choice, at, report);
    else if (choice.Condition === undefined) report('These fields are required: [Condition]', at);
  }
}

function checkRule(rule: JsonObject, place: string, report: Report) {
  for (const name of ['And', 'Or'] as const) {
    const parts = rule[name];
    if (!Array.isArray(parts)) continue;
    for (const [index, part] of parts.entries()) {
      if (isObject(part)) checkRule(part, `${place}/${name}[${index}]`, report);
    }
    return;
  }
  if (isObject(rule.Not)) return checkRule(rule.Not, `${place}/Not`, report);
  if (rule.Variable === undefined) return report('These fields are required: [Variable]', place);
  if (!Object.keys(rule).some((name) => operators.has(name))) {
    report('A comparison operator is required', place);
  }
}

function checkLabel({ Label }: JsonObject, place: string, report: Report) {
  if (Label === undefined) return;
  const at = `${place}/Label`;
  if (typeof Label !== 'string' || Label === '') return report('Label cannot be empty', at);
  if (Label.length > 40) return report('Label cannot exceed 40 characters', at);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: labels must not contain them
  const sign = /[\s?*<>{}[\]:;,\\|^~$#%&`"\u0000-\u001f\u007f]/.exec(Label)?.[0];
  if (sign !== undefined) report(`Label contains invalid character: '${sign}'`, at);
}

function checkHandlers(list: readonly Json[], place: string, required: readonly string[], report: Report) {
  for (const [index, handler] of list.entries()) {
    const at = `${place}[${index}]`;
    if (!isObject(handler)) {
      report('Expected value of type Object', at);
      continue;
    }
    const missing = required.filter((name) => handler[name] === undefined);
    if (missing.length > 0) report(`These fields are required: [${missing.join(', ')}]`, at);
    const names = handler.ErrorEquals;
    if (!Array.isArray(names)) continue;
    if (names.length === 0) report('Array must have at least 1 element', `${at}/ErrorEquals`);
    if (names.includes('States.ALL') && (names.length > 1 || index < list.length - 1)) {
      report('States.ALL must appear alone and in the last entry', `${at}/ErrorEquals`);
    }
  }
}
