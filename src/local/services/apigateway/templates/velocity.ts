// Velocity templates: text, references and directives.
// https://velocity.apache.org/engine/2.3/vtl-reference.html
import { Cursor, type Expression, expression, reference, type Scope, TemplateError } from './expressions.ts';
import { isMap, isTrue, textOf } from './values.ts';

export { type Scope, TemplateError } from './expressions.ts';

type Part = (scope: Scope) => string;

/** Ends a loop, or the whole template. */
class Ending extends Error {
  readonly kind: 'break' | 'stop';
  /** What was written before. */
  written = '';

  constructor(kind: 'break' | 'stop') {
    super(kind);
    this.kind = kind;
  }
}

const compiled = new Map<string, Part>();
const mostCompiled = 500;

/** @throws TemplateError for a template that cannot be read */
export function render(template: string, scope: Scope): string {
  let part = compiled.get(template);
  if (!part) {
    part = compile(template);
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(template, part);
  }
  try {
    return part(scope);
  } catch (error) {
    if (error instanceof Ending) return error.written;
    throw error;
  }
}

function compile(template: string): Part {
  const cursor = new Cursor(template, compileText);
  const { part, ended } = block(cursor, []);
  if (ended !== '') throw cursor.failure();
  return part;
}

/** A quoted string: text with references. */
function compileText(text: string): Expression {
  return /[$#]/.test(text) ? compile(text) : () => text;
}

/** Reads up to one of these directives, or to the end of the template. */
function block(cursor: Cursor, ends: readonly string[]): { part: Part; ended: string } {
  const parts: Part[] = [];
  const macros = parts;
  for (;;) {
    if (cursor.at >= cursor.text.length) {
      if (ends.length > 0) throw new TemplateError('#end is missing');
      return { part: joined(parts), ended: '' };
    }
    const end = ends.length > 0 ? cursor.take(endPattern) : undefined;
    if (end) {
      const name = end[1] ?? end[2] ?? '';
      if (!ends.includes(name)) throw cursor.failure();
      return { part: joined(parts), ended: name };
    }
    macros.push(next(cursor));
  }
}

/** A directive takes the rest of its line with it, when nothing else is there. */
const line = '(?:[ \\t]*\\r?\\n)?';
const endPattern = new RegExp(`#(?:(end|else|elseif)(?![a-zA-Z])|\\{(end|else|elseif)\\})${line}`, 'y');
const rest = new RegExp(line, 'y');

function joined(parts: readonly Part[]): Part {
  return (scope) => {
    let text = '';
    for (const part of parts) {
      try {
        text += part(scope);
      } catch (error) {
        if (error instanceof Ending) error.written = text + error.written;
        throw error;
      }
    }
    return text;
  };
}

function next(cursor: Cursor): Part {
  const comment = cursor.take(/##[^\n]*\n?|#\*[\s\S]*?\*#/y);
  if (comment) return () => '';
  const raw = cursor.take(/#\[\[([\s\S]*?)\]\]#/y);
  if (raw) return () => raw[1] ?? '';
  const escaped = cursor.take(/\\([$#])/y);
  if (escaped) return () => escaped[1] ?? '';
  const directive = cursor.take(/#\{?(set|if|foreach|break|stop)\b\}?/y)?.[1];
  if (directive !== undefined) return directives[directive]?.(cursor) as Part;
  const found = reference(cursor);
  if (found) return (scope) => textOf(found.read(scope));
  const text = cursor.take(/[^$#\\]+|[\s\S]/y)?.[0] ?? '';
  return () => text;
}

const directives: Readonly<Record<string, (cursor: Cursor) => Part>> = {
  set(cursor) {
    cursor.expect(/\s*\(\s*/y);
    const target = reference(cursor);
    if (!target) throw cursor.failure();
    cursor.expect(/\s*=/y);
    const value = expression(cursor);
    cursor.expect(/\s*\)/y);
    cursor.take(rest);
    return (scope) => {
      target.write(scope, value(scope));
      return '';
    };
  },

  if(cursor) {
    const branches: { readonly condition: Expression; readonly part: Part }[] = [];
    let condition = conditionIn(cursor);
    for (;;) {
      const { part, ended } = block(cursor, ['elseif', 'else', 'end']);
      branches.push({ condition, part });
      if (ended === 'end') break;
      condition = ended === 'else' ? () => true : conditionIn(cursor);
    }
    return (scope) => branches.find((one) => isTrue(one.condition(scope)))?.part(scope) ?? '';
  },

  foreach(cursor) {
    cursor.expect(/\s*\(\s*\$\{?/y);
    const name = cursor.take(/[a-zA-Z_][\w-]*/y)?.[0];
    if (name === undefined) throw cursor.failure();
    cursor.expect(/\}?\s+in\s+/y);
    const items = expression(cursor);
    cursor.expect(/\s*\)/y);
    cursor.take(rest);
    const { part, ended } = block(cursor, ['end']);
    if (ended !== 'end') throw cursor.failure();
    return (scope) => loop(scope, name, items(scope), part);
  },

  break: () => () => {
    throw new Ending('break');
  },

  stop: () => () => {
    throw new Ending('stop');
  },
};

function conditionIn(cursor: Cursor): Expression {
  cursor.expect(/\s*\(/y);
  const condition = expression(cursor);
  cursor.expect(/\s*\)/y);
  cursor.take(rest);
  return condition;
}

function loop(scope: Scope, name: string, value: unknown, part: Part): string {
  const items = Array.isArray(value) ? value : isMap(value) ? Object.values(value) : [];
  const outer = new Map(['foreach', 'velocityCount', name].map((key) => [key, scope.get(key)]));
  let text = '';
  for (const [index, item] of items.entries()) {
    const count = index + 1;
    const last = count === items.length;
    scope.set(name, item);
    scope.set('velocityCount', count);
    scope.set('foreach', { index, count, first: index === 0, last, hasNext: !last });
    try {
      text += part(scope);
    } catch (error) {
      if (!(error instanceof Ending)) throw error;
      error.written = text + error.written;
      if (error.kind === 'stop') throw error;
      text = error.written;
      break;
    }
  }
  for (const [key, before] of outer) scope.set(key, before);
  return text;
}
