// Reads the exports of a JavaScript module from its syntax, and tells whether the syntax shows all of them.
import { type Node, parse } from 'acorn';

export interface Facts {
  /** Exports that the text names. */
  names: string[];
  /** Modules whose exports are all exported again. */
  from: string[];
  /** Other modules that are loaded. */
  loads: string[];
  /** The exports object reaches code that is not followed, which may add further exports. */
  open: boolean;
  /** The module can load or reach modules that its text does not name. */
  blind: boolean;
}

/** undefined: the parser cannot read the text as this kind of program. */
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
 * Facts of a CommonJS module. The exports are known as long as `exports`, `module` and the file's `this` are used only
 * in ways that the walk understands; any other use makes them open. Scopes are ignored: a local variable named
 * `exports` adds names or makes the exports open, but never hides a name.
 */
export function factsOfCommonJs(file: Node): Facts {
  const walk = new Walk();
  for (const statement of (file as Any).body) walk.see(statement, true);
  return walk.facts;
}

/** The fields of a node depend on its type. */
// biome-ignore lint/suspicious/noExplicitAny: checked by the property test against Node.js itself
type Any = any;

/** Fields of `module` from which code cannot get at the exports. */
const plainFields = new Set(['id', 'filename', 'path', 'paths', 'loaded', 'isPreloading']);

class Walk {
  readonly facts: Facts = { names: [], from: [], loads: [], open: false, blind: false };

  /** `top`: `this` is the file's own, outside of any function. */
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
        // The value of the assignment is the exports object, and some code uses it.
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
        // The exports object is truthy, so that `exports && x` gives x.
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

  /** Sees an expression whose value is not used. */
  private drop(node: Any, top: boolean): void {
    if (node.type === 'SequenceExpression') for (const part of node.expressions) this.drop(part, top);
    else if (node.type === 'LogicalExpression') {
      this.see(node.left, top);
      this.drop(node.right, top);
    } else if (node.type === 'AssignmentExpression') this.assign(node, top);
    else if (isDefinition(node) && isExports(node.arguments[0], top)) {
      const [, key, ...rest] = node.arguments;
      this.name(literal(key));
      for (const argument of rest) this.see(argument, top);
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

  /** Sees a value that becomes the exports object. */
  private give(value: Any, top: boolean): void {
    if (isExports(value, top)) return;
    if (value.type === 'AssignmentExpression' && isExports(value.left, false)) {
      this.give(value.right, top);
      return;
    }
    const from = isRequire(value) ? literal(value.arguments[0]) : undefined;
    if (from !== undefined) this.facts.from.push(from);
    if (value.type === 'ObjectExpression')
      for (const property of value.properties) this.property(property, top);
    else if (from === undefined && !/^(Arrow)?FunctionExpression$/.test(value.type)) this.facts.open = true;
    this.see(value, top);
  }

  private property(property: Any, top: boolean): void {
    if (property.type !== 'SpreadElement') {
      this.name(property.computed ? literal(property.key) : nameOf(property.key));
      // An accessor runs with the exports object as `this`.
      if (property.kind !== 'init') this.facts.open = true;
      return;
    }
    const from = isRequire(property.argument) ? literal(property.argument.arguments[0]) : undefined;
    if (from === undefined) this.facts.open = true;
    else this.facts.from.push(from);
    this.see(property.argument, top);
  }

  private call(node: Any, top: boolean): void {
    const { callee } = node;
    // The method runs with the exports object as `this`.
    if (callee.type === 'MemberExpression' && isExports(callee.object, top)) this.facts.open = true;
    if (isRequire(node)) this.load(node.arguments[0], top);
    else this.children(node, top);
  }

  private load(module: Any, top: boolean): void {
    const name = literal(module);
    if (name !== undefined) this.facts.loads.push(name);
    else {
      this.facts.blind = true;
      this.see(module, top);
    }
  }

  /** Adds the name of an export; undefined: it is not known, so it can be any name. */
  private name(name: string | undefined): void {
    if (name === undefined || name === '__proto__') this.facts.open = true;
    else this.facts.names.push(name);
  }

  private children(node: Any, top: boolean): void {
    if (node.type === 'TaggedTemplateExpression' && isExports(node.tag.object, top)) this.facts.open = true;
    for (const value of Object.values(node) as Any[]) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (typeof child?.type === 'string') this.see(child, top);
      }
    }
  }
}

function isName(node: Any, name: string): boolean {
  return node?.type === 'Identifier' && node.name === name;
}

/** Whether the node is the exports object: `exports`, `module.exports`, or at the top of the file `this`. */
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
