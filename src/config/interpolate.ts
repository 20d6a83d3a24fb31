// Replaces `${stage}`, `${region}`, `${env:NAME}`, `${account}`, `${ssm:NAME}`, `${secret:NAME}` and names of things of the
// project (`${table:NAME}`) in the texts of slsctl.yml. References may be nested: `${ssm:/team/${stage}/token}`.
import { isSecretName } from '../secrets/names.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Reference, Stage } from './project.ts';
import { type Part, partsOf, type Template } from './text/template.ts';

export interface Sources {
  /** Without a stage, `${stage}` is an error. */
  stage?: Stage;
  /** The region of the option or of the file. It takes precedence over the environment. */
  region?: string;
  env: NodeJS.ProcessEnv;
  /** Values by expression. A reference whose value only AWS knows stays as it is until the value is here. */
  values?: ReadonlyMap<string, string>;
  /** Gets the values of `${env:…}` that go into environment variables. */
  secrets?: Pick<Secrets, 'variable'>;
}

/**
 * Expressions whose values come from AWS: `account`, `ssm:/app/table`, `secret:app#password`, `queue:orders`; `region` if it
 * is not set.
 */
const awsExpression =
  /^(account|region|(bucket|queue|topic|table|stream|stateMachine|function):\s*[\w-]+|ssm:\s*[\w./-]+(:\d+)?|secret:\s*[\w/+=.@:-]+(#[^}]+)?)$/;

type Path = readonly PropertyKey[];
type Complain = (path: Path, message: string) => void;

/**
 * Replaces the expressions in every text of the value, except in other stages. `$${` gives a literal `${`. `complain` gets
 * the path and the message of each problem.
 */
export function interpolate<T>(
  value: T,
  sources: Sources,
  complain: Complain,
): { value: T; references: Reference[] } {
  const references: Reference[] = [];
  const walk = (node: unknown, path: Path): unknown => {
    if (path.length === 2 && path[0] === 'stages' && path[1] !== sources.stage?.overlay) return node;
    if (typeof node === 'string' && node.includes('${')) {
      return new Text(path, sources, references, complain).replaced(node);
    }
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    if (node && typeof node === 'object') {
      return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, walk(item, [...path, key])]));
    }
    return node;
  };
  return { value: walk(value, []) as T, references };
}

/** A value, or the reason why it is not known: AWS has not been asked yet, or the reference is wrong. */
type Outcome = { text: string } | { unknown: string };

/** The references of one text of the file. */
class Text {
  private readonly path: Path;
  private readonly sources: Sources;
  private readonly references: Reference[];
  private readonly complain: Complain;

  constructor(path: Path, sources: Sources, references: Reference[], complain: Complain) {
    this.path = path;
    this.sources = sources;
    this.references = references;
    this.complain = complain;
  }

  replaced(text: string): string {
    const parts = partsOf(text);
    if (parts) return textOf(this.joined(parts, false));
    this.complain(this.path, `has \${ without }; $\${ keeps it as text`);
    return text;
  }

  /** `nested`: the parts are inside a reference. */
  private joined(parts: readonly Part[], nested: boolean): Outcome {
    const outcomes = parts.map((part) =>
      typeof part === 'string' ? { text: part } : this.value(part, nested),
    );
    const text = outcomes.map(textOf).join('');
    return outcomes.some((outcome) => 'unknown' in outcome) ? { unknown: text } : { text };
  }

  private value(template: Template, nested: boolean): Outcome {
    const fallback = fallbackOf(template);
    if (fallback) {
      const given = this.inShell(fallback.variable);
      return given === undefined ? this.joined(fallback.parts, nested) : { text: given };
    }
    const inner = this.joined(template.inner, true);
    if ('unknown' in inner) return { unknown: `\${${inner.unknown}}` };
    return this.lookedUp(inner.text.trim(), template, nested);
  }

  /** The variable of the shell. */
  private inShell(name: string): string | undefined {
    const { env, secrets } = this.sources;
    const value = env[name];
    if (value !== undefined && isVariable(this.path)) {
      for (const known of [name, String(this.path.at(-1))]) secrets?.variable(known, value);
    }
    return value;
  }

  private lookedUp(expression: string, { written, inner }: Template, nested: boolean): Outcome {
    const { values, stage } = this.sources;
    const unknown = { unknown: `\${${expression}}` };
    const refuse = (sentence: string): Outcome => {
      this.complain(this.path, `${written} ${sentence}`);
      return unknown;
    };
    const stored = /^(ssm|secret):/.test(expression);
    if (stored && nested) return refuse(`cannot be a part of another reference; allowed there: ${inNames}`);
    const known = values?.get(expression) ?? (expression === 'region' ? regionOf(this.sources) : undefined);
    if (known !== undefined) return { text: known };
    if (awsExpression.test(expression)) {
      if (expression.startsWith('secret:') && !isVariable(this.path)) {
        refuse('is allowed only in environment: here the secret would be shown');
      }
      if (expression.startsWith('queue:') && !isVariable(this.path) && !isDefinition(this.path)) {
        refuse(
          'is allowed only in environment, and in definitions of state machines: the URL of a queue is known when the queue is there',
        );
      }
      this.references.push({ expression, path: this.path });
      return unknown;
    }
    if (expression === 'stage') {
      return stage?.name === undefined
        ? refuse(
            'has no value, because no stage is named; pass --stage, or write stages: { dev: {} } and defaultStage: dev',
          )
        : { text: stage.name };
    }
    const variable = /^env:\s*([A-Za-z_]\w*)$/.exec(expression)?.[1];
    if (variable !== undefined) {
      const given = this.inShell(variable);
      return given === undefined
        ? refuse(`has no value: ${variable} is not set in this shell`)
        : { text: given };
    }
    // A secret with `${` in it must not be quoted back.
    if (isVariable(this.path) && isSecretName(String(this.path.at(-1)))) {
      this.complain(
        this.path,
        `has a reference that is not known; allowed: ${allowedExpressions}; $\${ keeps \${ as text`,
      );
      return unknown;
    }
    const nests = inner.some((part) => typeof part !== 'string');
    return refuse(
      `${nests ? 'is not a reference with its inner parts replaced' : 'is not known'}; allowed: ${allowedExpressions}; $${written} keeps it as text`,
    );
  }
}

/** Whether the path leads to the value of an environment variable. */
function isVariable(path: Path): boolean {
  return path.at(-2) === 'environment';
}

/** Whether the path leads into the definition of a state machine. */
function isDefinition(path: Path): boolean {
  const [section, , field] = path[0] === 'stages' ? path.slice(2) : path;
  return section === 'stateMachines' && field === 'definition';
}

function textOf(outcome: Outcome): string {
  return 'text' in outcome ? outcome.text : outcome.unknown;
}

/** `${env:NAME, fallback}`: the variable, and the parts of the fallback. undefined: another reference. */
function fallbackOf({
  inner: [first, ...others],
}: Template): { variable: string; parts: Part[] } | undefined {
  const found = typeof first === 'string' && /^\s*env:\s*([A-Za-z_]\w*)\s*,\s*(.*)$/s.exec(first);
  if (!found) return undefined;
  const [, variable = '', start = ''] = found;
  const parts = [start, ...others];
  const last = parts.at(-1);
  return { variable, parts: typeof last === 'string' ? parts.with(-1, last.trimEnd()) : parts };
}

function regionOf({ region, env }: Sources): string | undefined {
  return region || env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
}

/** Replaces `${account}` and `${region}` by values of the right form, so that the schema can check the rest of the text. */
export function withPlaceholders(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{\s*account\s*\}/g, '000000000000').replace(/\$\{\s*region\s*\}/g, 'us-east-1');
  }
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withPlaceholders(item)]));
}

const listed = (...expressions: string[]) => expressions.map((expression) => `\${${expression}}`).join(', ');
const inNames = listed('stage', 'region', 'account', 'env:NAME');
const allowedExpressions = listed(
  ...['stage', 'region', 'account', 'env:NAME', 'env:NAME, fallback', 'ssm:NAME', 'secret:NAME'],
  ...['bucket:NAME', 'queue:NAME', 'topic:NAME', 'table:NAME', 'stream:NAME'],
  ...['stateMachine:NAME', 'function:NAME'],
);

/** Whether a part of the text is not known yet, so that the text cannot be checked. */
export function isUnknown(text: string): boolean {
  return /\$\{\s*((account|region)\s*\}|(ssm|secret|bucket|queue|topic|table|stream|stateMachine|function):)/.test(
    text,
  );
}
