// The names that a Python module binds when it is imported, as far as its text shows; nothing is run.
import { posix } from 'node:path';

export interface ModuleNames {
  names: Set<string>;
  /** Names may come that the text does not show. */
  open: boolean;
}

/**
 * `wanted` is looked for: that it cannot be bound is proven only when the word does not stand in the code at all and
 * nothing in it binds names that it does not spell. Tolerant: what Python would refuse, or what a newer Python
 * allows, is read as far as it goes.
 */
export function pythonNames(source: string, wanted: string): ModuleNames {
  // Python reads all three line ends as one, and names in their compatible form.
  const text = source.replaceAll(/\r\n?/g, '\n').normalize('NFKC');
  const names = new Set<string>();
  /** Indentation of the function or class whose body is passed over. */
  let inside = Number.POSITIVE_INFINITY;
  const { lines, strings, braced, whole } = logicalLines(text);
  for (const { indent, code } of lines) {
    if (indent > inside) continue;
    inside = Number.POSITIVE_INFINITY;
    for (const statement of code.split(';')) {
      const [, name] = /^\s*(?:async\s+)?(?:def|class)\s+([\p{L}_][\p{L}\p{N}_]*)/u.exec(statement) ?? [];
      if (name !== undefined) {
        names.add(name);
        inside = indent;
      } else for (const bound of boundBy(statement)) names.add(bound);
    }
  }
  const code = [...lines.map((line) => line.code), ...braced].join('\n');
  const open = dynamic.test(code) || strings.includes(wanted) || hasWord(whole ? code : text, wanted);
  return { names, open };
}

/**
 * The same of a module of the package. Those of the package's own modules that it imports may set names of it: they
 * are looked for the word.
 */
export async function namesOfModule(
  path: string,
  wanted: string,
  read: (path: string) => Promise<Buffer | undefined>,
): Promise<ModuleNames> {
  const textOf = async (one: string) => (await read(one))?.toString('utf8');
  const text = (await textOf(path)) ?? '';
  const own = pythonNames(text, wanted);
  if (own.open || own.names.has(wanted)) return own;
  const module = modulePath(path).split('/').pop() as string;
  const seen = new Set([path]);
  const queue = importedBy(text, path);
  for (const one of queue) {
    if (seen.has(one)) continue;
    seen.add(one);
    const theirs = await textOf(one);
    if (theirs === undefined) continue;
    if (hasWord(theirs, wanted) && (hasWord(theirs, module) || hasWord(theirs, 'modules'))) {
      return { names: own.names, open: true };
    }
    queue.push(...importedBy(theirs, one));
  }
  return own;
}

/** Files that may hold what the module imports, as far as they are in the package. */
function importedBy(source: string, path: string): string[] {
  const { lines } = logicalLines(source.replaceAll(/\r\n?/g, '\n'));
  const folder = posix.dirname(path);
  return lines.flatMap(({ code }) => {
    const [, from, names = ''] = /^\s*(?:from\s+([.\w]+)\s+)?import\b(.*)$/su.exec(code) ?? [];
    const parts = names.match(/[\w.]+/gu) ?? [];
    const modules = from === undefined ? parts : [from, ...parts.map((part) => `${from}/${part}`)];
    return modules.flatMap((module) => {
      const [, dots = '', rest = ''] = /^(\.*)(.*)$/s.exec(module) ?? [];
      const base = dots === '' ? '.' : posix.join(folder, '../'.repeat(dots.length - 1));
      const file = posix.join(base, rest.replaceAll('.', '/'));
      return [`${file}.py`, `${file}/__init__.py`];
    });
  });
}

function modulePath(path: string): string {
  return path.replace(/(\/__init__)?\.py$/, '');
}

function hasWord(text: string, word: string): boolean {
  return text.split(/[^\p{L}\p{M}\p{N}_]+/u).includes(word);
}

/**
 * What binds names without spelling them: all of another module, the dictionaries and the table of modules, code from
 * text, and `__name__` in the hands of others, except where everybody has it.
 */
const dynamic =
  /\bimport\s*\(?\s*\*|\b(globals|vars|locals|exec|eval|setattr|__dict__|__getattr__|modules|__import__|import_module|__builtins__|__class__|_getframe|currentframe|inspect|runpy)\b|(?<!getLogger\(\s*)\b__name__\b(?!\s*==)|\ufffd/;

const identifier = /[\p{L}_][\p{L}\p{N}_]*/gu;

function boundBy(statement: string): string[] {
  const imported = /^\s*(?:from\b.*?\bimport|import)\b(.*)$/s.exec(statement)?.[1];
  if (imported !== undefined) {
    const parts = imported.replaceAll(/[()]/g, ' ').split(',');
    return parts.flatMap((part) => {
      const [, plain = '', renamed] = /^\s*([\p{L}\p{N}_.]+)(?:\s+as\s+([\p{L}\p{N}_]+))?/u.exec(part) ?? [];
      return [renamed ?? (plain.split('.')[0] as string)];
    });
  }
  const found: string[] = [];
  // `for x in`, `with a as x`, `except E as x`, `x := 1`
  for (const [, loop, given] of statement.matchAll(/\bfor\s+(.+?)\s+in\b|\bas\s+([\p{L}\p{N}_(), ]+)/gu)) {
    found.push(...((loop ?? given ?? '').match(identifier) ?? []));
  }
  for (const [, name = ''] of statement.matchAll(/([\p{L}\p{N}_]+)\s*:=/gu)) found.push(name);
  // `a = b, c = 1`, `a: int = 1`: what stands before an equals sign that is none of a comparison or a keyword
  const plain = statement.replaceAll(/[([{][^()[\]{}]*=[^()[\]{}]*[)\]}]/g, '()');
  const sides = plain.split(/(?<![=!<>+\-*/%&|^@:])=(?!=)/);
  for (const side of sides.slice(0, -1)) {
    const target =
      side.replace(/^\s*(if|else|elif|try|with|for|while|finally)\b.*?:/, '').split(':')[0] ?? '';
    if (!/[.[]/.test(target)) found.push(...(target.match(identifier) ?? []));
  }
  return found;
}

interface Lines {
  lines: { indent: number; code: string }[];
  /** What stands in strings. */
  strings: string[];
  /** Those of them that have code in braces. */
  braced: string[];
  /** Every string ended where one can end; else some of the code may have been taken for a string. */
  whole: boolean;
}

/** Lines joined where brackets, triple quotes and backslashes join them; strings emptied, comments gone. */
function logicalLines(text: string): Lines {
  const tokens =
    /("""|''')(?:\\.|(?!\1).)*(?:\1|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|\\\n|\n|[()[\]{}]|[^"'#\\\n()[\]{}]+|./gs;
  const found: Lines = { lines: [], strings: [], braced: [], whole: true };
  let code = '';
  let depth = 0;
  const end = () => {
    if (code.trim() !== '') found.lines.push({ indent: indentOf(code), code });
    code = '';
  };
  for (const [token] of `${text}\n`.matchAll(tokens)) {
    if (token[0] === '"' || token[0] === "'") {
      const [, quotes = '', inner = ''] = /^("""|'''|["'])(.*)\1$/s.exec(token) ?? [];
      if (quotes === '') found.whole = false;
      found.strings.push(inner);
      // Code stands in the braces of these.
      if (/[ft]r?$/i.test(code) && inner.includes('{')) found.braced.push(inner);
      code += "''";
    } else if (token[0] === '#') continue;
    else if (token.endsWith('\n')) {
      if (token[0] === '\\' || depth > 0) code += ' ';
      else end();
    } else {
      if (/^[([{]$/.test(token)) depth += 1;
      else if (/^[)\]}]$/.test(token)) depth = Math.max(0, depth - 1);
      code += token;
    }
  }
  end();
  return found;
}

function indentOf(code: string): number {
  const blanks = /^[ \t\ufeff\f]*/.exec(code)?.[0] ?? '';
  return blanks.replaceAll('\t', '        ').replaceAll(/[\ufeff\f]/g, '').length;
}
