// What the syntax of a JavaScript module says of its exports, and whether they can be known from it at all.
import { type Node, parse } from 'acorn';

export interface Facts {
  /** Exports that the text makes. */
  names: string[];
  /** Modules whose exports are passed on whole. */
  from: string[];
  /** Other modules that are loaded. */
  loads: string[];
  /** What is exported flows somewhere that is not followed: more may come of it. */
  open: boolean;
  /** It can load or reach modules that the text does not name. */
  blind: boolean;
}

/** undefined: the text is no program of this kind, as far as the parser knows the language. */
export function program(text: string, sourceType: 'module' | 'commonjs'): Node | undefined {
  try {
    return parse(text, { ecmaVersion: 'latest', sourceType, allowHashBang: true });
  } catch {
    return undefined;
  }
}

export function factsOfModule(module: Node): Facts {
  const walk = new Walk();
  walk.see(module, false);
  const facts: Facts = { ...walk.facts, names: [], from: [], open: false };
  for (const one of (module as Any).body as Any[]) {
    if (one.type === 'ExportDefaultDeclaration') facts.names.push('default');
    if (one.type === 'ExportAllDeclaration') {
      if (one.exported) facts.names.push(nameOf(one.exported) as string);
      else facts.from.push(one.source.value);
    }
    if (one.source) facts.loads.push(one.source.value);
    if (one.type !== 'ExportNamedDeclaration') continue;
    for (const { exported } of one.specifiers) facts.names.push(nameOf(exported) as string);
    const { declaration } = one;
    if (declaration?.id) facts.names.push(declaration.id.name);
    for (const { id } of declaration?.declarations ?? []) facts.names.push(...boundBy(id));
  }
  return facts;
}

/**
 * Of CommonJS. What is exported is known as long as `exports`, `module` and the `this` of the file stand in
 * places of which it is clear what they do; any other place makes it open. Scopes are not told apart: an
 * `exports` that is something else makes more names or an open end, never fewer.
 */
export function factsOfCommonJs(file: Node): Facts {
  const walk = new Walk();
  for (const statement of (file as Any).body) walk.see(statement, true);
  return walk.facts;
}

/** The fields of a node depend on its type. */
// biome-ignore lint/suspicious/noExplicitAny: checked by the property test against Node.js itself
type Any = any;

/** What reading these of `module` gives cannot lead to the exports. */
const plainFields = new Set(['id', 'filename', 'path', 'paths', 'loaded', 'isPreloading']);

class Walk {
  readonly facts: Facts = { names: [], from: [], loads: [], open: false, blind: false };

  /** `top`: `this` is that of the file. */
  see(node: Any, top: boolean): void {
    if (!node) return;
    switch (node.type) {
      case 'ExpressionStatement':
        this.drop(node.expression, top);
        break;
      case 'Identifier':
        this.identifier(node.name, top);
        break;
      case 'ThisExpression':
        if (top) this.facts.open = true;
        break;
      case 'WithStatement':
        this.facts.open = true;
        break;
      case 'MemberExpression':
        this.member(node, top);
        break;
      case 'AssignmentExpression':
        // Whoever takes the value has the exports in hand.
        if (isExports(node.left, false)) this.facts.open = true;
        this.assign(node, top);
        break;
      case 'CallExpression':
        this.call(node, top);
        break;
      case 'ImportExpression':
        this.load(node.source, top);
        break;
      case 'UnaryExpression':
        if (node.operator !== 'typeof' || node.argument.type !== 'Identifier') this.see(node.argument, top);
        break;
      case 'BinaryExpression':
        for (const side of [node.left, node.right]) {
          if (!/^[!=]==?$/.test(node.operator) || !isRoot(side, top)) this.see(side, top);
        }
        break;
      case 'LogicalExpression':
        // An object is true, so that what is on the right comes out.
        if (node.operator !== '&&' || !isRoot(node.left, top)) this.see(node.left, top);
        this.see(node.right, top);
        break;
      case 'Property':
      case 'MethodDefinition':
      case 'PropertyDefinition':
        if (node.computed) this.see(node.key, top);
        this.see(node.value, top && node.type === 'Property');
        break;
      case 'LabeledStatement':
        this.see(node.body, top);
        break;
      case 'BreakStatement':
      case 'ContinueStatement':
      case 'MetaProperty':
        break;
      case 'StaticBlock':
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        this.children(node, false);
        break;
      default:
        this.children(node, top);
        break;
    }
  }

  /** Nobody takes the value. */
  private drop(node: Any, top: boolean): void {
    if (node.type === 'SequenceExpression') for (const one of node.expressions) this.drop(one, top);
    else if (node.type === 'LogicalExpression') {
      this.see(node.left, top);
      this.drop(node.right, top);
    } else if (node.type === 'AssignmentExpression') this.assign(node, top);
    else if (isDefinition(node) && isExports(node.arguments[0], top)) {
      const [, key, ...rest] = node.arguments;
      this.name(literal(key));
      for (const one of rest) this.see(one, top);
    } else this.see(node, top);
  }

  private identifier(name: string, top: boolean): void {
    if (name === 'exports' || name === 'module' || name === 'eval') this.facts.open = true;
    if (name === 'arguments' && top) this.facts.open = true;
    if (name === 'require' || name === 'module' || name === 'eval') this.facts.blind = true;
    if (name === 'arguments' && top) this.facts.blind = true;
  }

  private member(node: Any, top: boolean): void {
    const { object } = node;
    const key = keyOf(node);
    if (isExports(object, top)) this.name(key);
    else if (isName(object, 'module')) {
      if (!plainFields.has(key ?? '')) this.facts.open = true;
      if (key !== 'exports' && !plainFields.has(key ?? '')) this.facts.blind = true;
    } else if (isName(object, 'require')) {
      if (key !== 'resolve' && key !== 'main') this.facts.blind = true;
    } else this.see(object, top);
    if (node.computed) this.see(node.property, top);
  }

  private assign({ left, right }: Any, top: boolean): void {
    if (isExports(left, false)) this.give(right, top);
    else {
      this.see(left, top);
      this.see(right, top);
    }
  }

  /** The value becomes what is exported. */
  private give(value: Any, top: boolean): void {
    if (isExports(value, top)) return;
    if (value.type === 'AssignmentExpression' && isExports(value.left, false)) {
      this.give(value.right, top);
      return;
    }
    const from = isRequire(value) ? literal(value.arguments[0]) : undefined;
    if (from !== undefined) this.facts.from.push(from);
    if (value.type === 'ObjectExpression') for (const one of value.properties) this.property(one, top);
    else if (from === undefined && !/^(Arrow)?FunctionExpression$/.test(value.type)) this.facts.open = true;
    this.see(value, top);
  }

  private property(one: Any, top: boolean): void {
    if (one.type !== 'SpreadElement') {
      this.name(one.computed ? literal(one.key) : nameOf(one.key));
      // Accessors run with the exports as `this`.
      if (one.kind !== 'init') this.facts.open = true;
      return;
    }
    const from = isRequire(one.argument) ? literal(one.argument.arguments[0]) : undefined;
    if (from === undefined) this.facts.open = true;
    else this.facts.from.push(from);
    this.see(one.argument, top);
  }

  private call(node: Any, top: boolean): void {
    const { callee } = node;
    // It runs with the exports as `this`.
    if (callee.type === 'MemberExpression' && isExports(callee.object, top)) this.facts.open = true;
    if (isRequire(node)) this.load(node.arguments[0], top);
    else this.children(node, top);
  }

  private load(what: Any, top: boolean): void {
    const name = literal(what);
    if (name !== undefined) this.facts.loads.push(name);
    else {
      this.facts.blind = true;
      this.see(what, top);
    }
  }

  /** undefined: any. */
  private name(name: string | undefined): void {
    if (name === undefined || name === '__proto__') this.facts.open = true;
    else this.facts.names.push(name);
  }

  private children(node: Any, top: boolean): void {
    if (node.type === 'TaggedTemplateExpression' && isExports(node.tag.object, top)) this.facts.open = true;
    for (const value of Object.values(node) as Any[]) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one?.type === 'string') this.see(one, top);
      }
    }
  }
}

function isName(node: Any, name: string): boolean {
  return node?.type === 'Identifier' && node.name === name;
}

/** `exports`, `module.exports`; where `this` is that of the file, it too. */
function isExports(node: Any, top: boolean): boolean {
  if (node?.type === 'ThisExpression') return top;
  if (node?.type === 'MemberExpression') return isName(node.object, 'module') && keyOf(node) === 'exports';
  return isName(node, 'exports');
}

function isRoot(node: Any, top: boolean): boolean {
  return isExports(node, top) || isName(node, 'module');
}

function isRequire(node: Any): boolean {
  return node.type === 'CallExpression' && isName(node.callee, 'require');
}

function isDefinition(node: Any): boolean {
  const { type, callee } = node;
  if (type !== 'CallExpression' || callee.type !== 'MemberExpression') return false;
  return isName(callee.object, 'Object') && keyOf(callee) === 'defineProperty';
}

function keyOf({ computed, property }: Any): string | undefined {
  return computed ? literal(property) : nameOf(property);
}

function literal(node: Any): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : String(node.value);
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return undefined;
}

function nameOf(node: Any): string | undefined {
  return node.type === 'Identifier' ? node.name : literal(node);
}

function boundBy(pattern: Any): string[] {
  if (!pattern) return [];
  if (pattern.type === 'Identifier') return [pattern.name];
  const parts = pattern.properties ?? pattern.elements ?? [];
  const inner = pattern.left ?? pattern.argument ?? (pattern.type === 'Property' ? pattern.value : undefined);
  return [...parts, inner].flatMap(boundBy);
}
